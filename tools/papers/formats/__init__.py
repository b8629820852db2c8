"""What papers are written in, one parser a format, all yielding the same `Paper`."""
