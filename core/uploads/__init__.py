"""Data that people bring: parsed from files, prepared as samples, and kept on a shelf."""
