"""The faces: MCP server and command line, each a thin layer over `tools`."""
