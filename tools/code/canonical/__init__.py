"""Code as canonical expressions, and the facts that they state: what a comparison compares instead of text."""
