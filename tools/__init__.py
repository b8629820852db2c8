"""The capabilities: a pure Python API that knows nothing of MCP, of the terminal or of the editor."""
