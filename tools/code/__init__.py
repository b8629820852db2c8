"""Code: opening it at a pin, its outline and settings, and comparing two implementations."""
