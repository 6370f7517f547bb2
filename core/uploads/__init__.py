"""Data that people bring: read from files, prepared, and kept on a shelf."""
