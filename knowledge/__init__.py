"""The facts: their shape, the vocabulary of keys, the knowledge base. Imports nothing of `server` or `tools`."""
