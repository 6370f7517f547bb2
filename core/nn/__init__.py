"""Blocks that models share: layers, initialisation, corruption, sparsity, losses."""
