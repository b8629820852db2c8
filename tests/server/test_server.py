"""The server as clients see it, in both protocol eras: its tools, resources, prompts, completions and errors."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import PromptReference, ResourceTemplateReference, TextContent

from paper_implementer.server import state
from paper_implementer.server.definitions import TOOLS
from paper_implementer.server.factory import create_server
from paper_implementer.server.prompts import STEPS
from paper_implementer.tools.config import config

ERAS = ["legacy", "auto"]
SAMPLE = Path(__file__).parent.parent / "sample"
pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A library of its own for each test."""
    monkeypatch.setenv("PAPER_IMPLEMENTER_HOME", str(tmp_path))
    for cached in (config, state.library):
        cached.cache_clear()
    yield tmp_path
    for cached in (config, state.library):
        cached.cache_clear()


def text_of(result: Any) -> str:
    return "".join(c.text for c in result.content if isinstance(c, TextContent))


@pytest.mark.parametrize("era", ERAS)
async def test_the_tools_are_those_of_the_contract(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        tools = (await client.list_tools()).tools
    assert [t.name for t in tools] == [
        "search_papers",
        "fetch_paper",
        "read_paper",
        "find_in_papers",
        "paper_settings",
        "paper_notation",
        "paper_contributions",
        "compare_papers",
        "lookup_default",
        "lookup_component",
        "open_code",
        "read_code",
        "code_settings",
        "compare_to_official_code",
        "smoke_run",
        "estimate_compute",
        "get_run",
        "cancel_run",
        "list_runs",
    ]
    for tool in tools:
        assert tool.description, tool.name
        assert len(tool.description) <= 600, tool.name
        assert tool.output_schema is not None, tool.name
        assert tool.annotations is not None, tool.name
        assert tool.annotations.destructive_hint is False, tool.name
        assert all("description" in p or "default" in p for p in tool.input_schema["properties"].values()), tool.name
    assert sum(len(t.description or "") for t in tools) <= 9000


def test_every_example_fits_its_tool() -> None:
    for tool in TOOLS:
        tool.signature.bind(**tool.example)


@pytest.mark.parametrize("era", ERAS)
async def test_an_unknown_argument_is_an_error_that_names_the_nearest(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        with pytest.raises(MCPError, match="Did you mean 'method'"):
            await client.call_tool("lookup_default", {"query": "lr", "methods": "BERT"})
        with pytest.raises(MCPError, match="Did you mean lookup_default"):
            await client.call_tool("lookup_defaults", {"query": "lr"})


@pytest.mark.parametrize("era", ERAS)
async def test_a_failure_arrives_as_an_error_of_our_tree(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        result = await client.call_tool("fetch_paper", {"paper": "/nowhere/at/all.pdf"})
    assert result.is_error
    assert re.match(r"(NotFound|BadReference): .*all\.pdf", text_of(result))
    assert "Traceback" not in text_of(result)


@pytest.mark.parametrize("era", ERAS)
async def test_a_paper_is_fetched_read_and_found_again_as_a_resource(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        steps: list[str] = []

        async def listen(progress: float, total: float | None, message: str | None) -> None:
            steps.append(message or "")

        fetched = await client.call_tool(
            "fetch_paper", {"paper": str(SAMPLE / "paper" / "paper.pdf")}, progress_callback=listen
        )
        card = fetched.structured_content
        assert card is not None
        assert not fetched.is_error
        assert card["title"] in text_of(fetched)
        assert steps
        first = next(o for o in card["outline"] if o["number"] == "1")
        read = await client.call_tool("read_paper", {"paper": card["id"], "ids": [first["id"]]})
        assert read.structured_content is not None
        assert read.structured_content["blocks"][0]["id"] == first["id"]
        whole = await client.read_resource(f"paper://{card['id']}")
        part = await client.read_resource(f"paper://{card['id']}/{first['id']}")
        assert card["title"] in whole.contents[0].text  # type: ignore[union-attr]
        assert "> " in part.contents[0].text  # type: ignore[union-attr]
        known = await client.complete(PromptReference(name="read"), {"name": "paper", "value": card["id"][:4]})
        assert card["id"] in known.completion.values


@pytest.mark.parametrize("era", ERAS)
async def test_what_does_not_exist_is_said_so(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        for uri in ("paper://1234.56789", "paper://1234.56789/sec:1", "knowledge://no-such-method", "other://x"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)


@pytest.mark.parametrize("era", ERAS)
async def test_methods_are_completed_and_described(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        reference = ResourceTemplateReference(uri="knowledge://{method}")
        found = await client.complete(reference, {"name": "method", "value": "trans"})
        assert "transformer" in found.completion.values
        text = (await client.read_resource("knowledge://transformer")).contents[0].text  # type: ignore[union-attr]
        assert "1706.03762" in text


@pytest.mark.parametrize("era", ERAS)
async def test_there_is_a_prompt_for_each_step_of_the_workflow(era: str) -> None:
    arguments = {"paper": "1706.03762", "code": "./mine", "official": "pypi:x"}
    async with Client(create_server(), mode=era) as client:
        prompts = (await client.list_prompts()).prompts
        assert [p.name for p in prompts] == list(STEPS)
        for prompt in prompts:
            given = {a.name: arguments[a.name] for a in prompt.arguments or []}
            message = (await client.get_prompt(prompt.name, given)).messages[0].content
            assert isinstance(message, TextContent)
            assert "1706.03762" in message.text
            assert "{" not in message.text
        with pytest.raises(MCPError):
            await client.get_prompt("read", {})


def test_starting_the_server_loads_nothing_heavy() -> None:
    code = (
        "import sys; from paper_implementer.server.factory import create_server; create_server();"
        "print([m for m in ('torch', 'pymupdf', 'tree_sitter', 'lxml', 'numpy', 'typer') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
    assert run.stderr == ""


@pytest.mark.parametrize("era", ERAS)
async def test_a_page_comes_as_an_image_beside_the_structure(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        paper = str(SAMPLE / "paper" / "paper.pdf")
        read = await client.call_tool("read_paper", {"paper": paper, "pages": [1], "page_pictures": True})
    assert not read.is_error
    images = [content for content in read.content if content.type == "image"]
    assert [(i.mime_type, base64.b64decode(i.data)[:4]) for i in images] == [("image/png", b"\x89PNG")]
    assert read.structured_content is not None
    assert [p["id"] for p in read.structured_content["pictures"]] == ["page 1"]
    assert images[0].data[:60] not in json.dumps(read.structured_content)


@pytest.mark.parametrize("era", ERAS)
async def test_what_was_fetched_is_found_and_its_notation_read(era: str) -> None:
    async with Client(create_server(), mode=era) as client:
        fetched = await client.call_tool("fetch_paper", {"paper": str(SAMPLE / "paper")})
        assert fetched.structured_content is not None
        found = await client.call_tool("find_in_papers", {"query": "learning rate", "limit": 3})
        assert found.structured_content is not None
        hits = found.structured_content["hits"]
        assert hits
        assert "learning" in text_of(found)
        read = await client.call_tool("read_paper", {"paper": hits[0]["paper"], "ids": [hits[0]["id"]]})
        assert not read.is_error
        notation = await client.call_tool("paper_notation", {"paper": fetched.structured_content["id"]})
    assert notation.structured_content is not None
    assert any(s["meaning"] and s["defined_at"]["quote"] for s in notation.structured_content["symbols"])


async def test_an_empty_library_says_what_to_do_next() -> None:
    async with Client(create_server()) as client:
        found = await client.call_tool("find_in_papers", {"query": "attention"})
    assert "fetch_paper" in text_of(found)
