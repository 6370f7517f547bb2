"""From `Raw` to samples."""
