"""How long a test waits for what other processes do: a sign that something hangs, and nothing that is measured."""

# Seconds; two workers that are replaced while five other processes compute on two cores took 105.
TIMEOUT = 240.0
