"""The training loop and what it shows on the way."""
