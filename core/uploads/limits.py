"""How much of a file is read: every limit that a sentence names."""

MB = 1_000_000

BYTES = 200 * MB
# What a compressed file may unpack to: 60,000 × 784 numbers of 64 bits are 376 MB.
UNPACKED = 500 * MB
# A single member of an archive of pictures.
MEMBER = 50 * MB
# Numbers in all, of 4 bytes each.
CELLS = 100_000_000
ROWS = 2_000_000
COLUMNS = 50_000
# Characters of one line, and of one cell, which is what Python's csv module allows.
LINE = 10 * MB
CELL = 131_072
TEXT_COLUMNS = 200
# Different texts in one column: no more samples are read, nor series.
TEXTS = 100_000
# Files in a ZIP: more than the whole of MNIST.
ENTRIES = 80_000
ARRAYS = 100
PIXELS = 32_000_000
# Pictures are at least and at most so many pixels wide and high.
SMALLEST_SIDE = 8
LARGEST_SIDE = 128
# Amplitudes that a step of a sound holds.
FRAME = 32
RATES = (1_000, 384_000)
CHARACTERS = 5_000_000

SAMPLES = 100_000
FEWEST_SAMPLES = 20
# Values of one sample, and steps of one sequence.
VALUES = 50_000
STEPS = 1_000
# Names of classes that a page can list; how few rows each may have says `prepare/columns.py`.
CLASSES = 10_000
ALPHABET = 40
