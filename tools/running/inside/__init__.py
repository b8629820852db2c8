"""What runs inside the user's interpreter: standard library and torch only, loaded by path, Python 3.8 or later."""
