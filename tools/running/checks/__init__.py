"""The smoke checks, one file each; standard library and torch only, since the user's interpreter runs them."""
