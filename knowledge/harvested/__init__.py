"""Defaults of frameworks as `harvest` read them from packages: generated files, one a method."""
