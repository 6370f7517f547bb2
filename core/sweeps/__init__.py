"""Sweeps: one configuration with one knob or several at many values, and what the difference shows."""
