"""From the bytes of a file to `Raw`: without torch, for it runs in a process of its own."""
