"""How long a client waits for the server, as a ratio to a server of the bare SDK with one empty tool.

usage: python tests/benchmarks/server_start.py [ROUNDS]

Both are started in turn; what counts is the median of the ratios, since machines drift. `start` is from the spawn to the answer
to `initialize`, `call` one call of a tool that does nothing (here: a look-up that finds nothing) after that.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from typing import Any

BARE = """
from mcp.server import MCPServer
server = MCPServer("bare", log_level="WARNING")
@server.tool()
def lookup_default(query: str) -> dict[str, str]:
    "Answer nothing."
    return {}
server.run()
"""
OURS = [sys.executable, "-m", "paper_implementer.server", "serve"]
CALLS = 50
CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}


def measure(command: list[str]) -> tuple[float, float]:
    """Seconds from the spawn to the first answer, and for one call."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None

        def ask(number: int, method: str, params: dict[str, Any]) -> None:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}) + "\n")
            server.stdin.flush()
            while json.loads(server.stdout.readline()).get("id") != number:
                pass

        ask(0, "initialize", CLIENT)
        start = time.perf_counter() - began
        server.stdin.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')
        call = {"name": "lookup_default", "arguments": {"query": "no such thing"}}
        ask(1, "tools/call", call)
        began = time.perf_counter()
        for number in range(2, CALLS + 2):
            ask(number, "tools/call", call)
        each = (time.perf_counter() - began) / CALLS
        server.stdin.close()
    return start, each


def main() -> None:
    """Measure both in turn and print the medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    pairs = [(measure(OURS), measure([sys.executable, "-c", BARE])) for _ in range(rounds)]
    for at, name in enumerate(("start", "call")):
        ours, bare = (statistics.median(p[side][at] for p in pairs) for side in (0, 1))
        ratio = statistics.median(p[0][at] / p[1][at] for p in pairs)
        print(f"{name:6} ours {ours * 1000:7.1f} ms   bare SDK {bare * 1000:7.1f} ms   ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
