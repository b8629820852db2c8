"""The server as one object, for `mcp dev server/app.py` and `mcp run server/app.py`."""

from paper_implementer.server.factory import create_server

mcp = create_server()

if __name__ == "__main__":
    mcp.run()
