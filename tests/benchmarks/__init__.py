"""Timings and scores: `python -m tests.benchmarks [name …]` prints the tables of SCOREBOARD.md."""
