"""How long a client waits for the server, as a ratio to a server of the bare SDK with one empty tool.

usage: python tests/benchmarks/server_start.py [ROUNDS]

They are started in turn; what counts is the median of the ratios, since machines drift. `start` is from the spawn of
`paper-implementer serve` to its answer to `initialize`; `call` is one call of an empty tool that is defined as ours are.
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
from pydantic import BaseModel
class Nothing(BaseModel):
    value: int
server = MCPServer("bare", log_level="WARNING")
@server.tool()
async def empty(value: int) -> Nothing:
    "Do nothing."
    return Nothing(value=value)
server.run()
"""
EMPTY = """
from pydantic import BaseModel
from paper_implementer.server.definition import tool
from paper_implementer.server.factory import create_server
class Nothing(BaseModel):
    value: int
@tool(title="Empty", render=lambda result: str(result.value), example={"value": 1})
async def empty(value: int) -> Nothing:
    "Do nothing."
    return Nothing(value=value)
create_server((empty,)).run()
"""
OURS = [sys.executable, "-m", "paper_implementer.server", "serve"]
CALLS = 200
CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}


def measure(command: list[str], calls: int) -> tuple[float, float]:
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
        began = time.perf_counter()
        for number in range(1, calls + 1):
            ask(number, "tools/call", {"name": "empty", "arguments": {"value": 1}})
        each = (time.perf_counter() - began) / max(1, calls)
        server.stdin.close()
    return start, each


def main() -> None:
    """Measure both in turn and print the medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    python = [sys.executable, "-c"]
    rows = [
        (measure(OURS, 0)[0], measure([*python, EMPTY], CALLS)[1], *measure([*python, BARE], CALLS))
        for _ in range(rounds)
    ]
    for name, at in (("start", 0), ("call", 1)):
        ours, bare = (statistics.median(row[at + side] for row in rows) * 1000 for side in (0, 2))
        ratio = statistics.median(row[at] / row[at + 2] for row in rows)
        print(f"{name:6} ours {ours:7.1f} ms   bare SDK {bare:7.1f} ms   ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
