"""Where papers come from, one file a venue."""
