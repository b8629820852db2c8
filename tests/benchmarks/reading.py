"""Read papers with this product and with its peers, side by side: headings, equations, seconds a page, memory.

usage: python tests/benchmarks/reading.py FOLDER...
Each folder is a paper: `paper.pdf`, and beside it, if at hand, `source/` with its LaTeX. Where the source is there, the headings
that pandoc reads in it are the truth for the readers of the PDF, and the display equations that it holds are counted for the
readers of the source. The peers are used where they are installed (`pip install pymupdf4llm pypandoc-binary`); one that is not
is named and left out. Each reading is a process of its own.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
import unicodedata
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def ours_pdf(folder: Path) -> dict[str, Any]:
    from paper_implementer.tools.papers.parsing import parse

    paper = parse("pdf", str(folder / "paper.pdf"))
    return _counted(paper)


def ours_source(folder: Path) -> dict[str, Any]:
    from paper_implementer.tools.papers.parsing import parse

    return _counted(parse("latex", str(folder / "source")))


def _counted(paper: dict[str, Any]) -> dict[str, Any]:
    kinds = [block["kind"] for block in paper["blocks"]]
    return {
        "headings": [b["title"] for b in paper["blocks"] if b["kind"] == "section" and b.get("title")],
        "equations": kinds.count("equation"),
        "tables": kinds.count("table"),
    }


def pymupdf4llm_pdf(folder: Path) -> dict[str, Any]:
    text: str = import_module("pymupdf4llm").to_markdown(str(folder / "paper.pdf"))
    headings = [re.sub(r"[*_`#]", "", line) for line in text.splitlines() if line.startswith("#")]
    return {"headings": headings, "equations": text.count("$$") // 2, "tables": len(re.findall(r"(?m)^\|-", text))}


def pandoc_source(folder: Path) -> dict[str, Any]:
    source = folder / "source"
    documents = [p for p in source.glob("*.tex") if r"\documentclass" in p.read_text("utf-8", "replace")]
    main = max(documents, key=lambda p: p.stat().st_size)
    arguments = [import_module("pypandoc").get_pandoc_path(), main.name, "-f", "latex", "-t", "json"]
    done = subprocess.run(arguments, cwd=source, capture_output=True, timeout=120, check=True)
    found: dict[str, Any] = {"headings": [], "equations": 0, "tables": 0}
    _walk(json.loads(done.stdout)["blocks"], found)
    return found


def _walk(node: Any, found: dict[str, Any]) -> None:
    if isinstance(node, list):
        for child in node:
            _walk(child, found)
    elif isinstance(node, dict):
        kind = node.get("t")
        if kind == "Header":
            found["headings"].append(_text(node["c"][2]))
        elif kind == "Math" and node["c"][0]["t"] == "DisplayMath":
            found["equations"] += 1
        elif kind == "Table":
            found["tables"] += 1
        _walk(node.get("c"), found)


def _text(inlines: Any) -> str:
    if isinstance(inlines, list):
        return "".join(_text(child) for child in inlines)
    if isinstance(inlines, dict):
        return " " if inlines.get("t") == "Space" else _text(inlines.get("c", ""))
    return inlines if isinstance(inlines, str) else ""


READERS = {
    "paper-implementer, PDF": (ours_pdf, "paper_implementer", "paper.pdf"),
    "pymupdf4llm, PDF": (pymupdf4llm_pdf, "pymupdf4llm", "paper.pdf"),
    "paper-implementer, source": (ours_source, "paper_implementer", "source"),
    "pandoc, source": (pandoc_source, "pypandoc", "source"),
}


def folded(title: str) -> str:
    """A title as it is compared: its letters, without number, case and marks."""
    plain = unicodedata.normalize("NFKD", title).lower()
    return re.sub(r"[^\w]|_", "", re.sub(r"^\W*(?:[\divx]+|[a-h])(?:[.-]\d+)*[.:]?\s+", "", plain))


def f1(found: list[str], wanted: list[str]) -> float:
    """Harmonic mean of precision and recall of headings; abstract and references are left out, pandoc has none."""
    other = {"abstract", "references", ""}
    left = [w for w in map(folded, wanted) if w not in other]
    have = [h for h in map(folded, found) if h not in other]
    total, hits = len(left) + len(have), 0
    for heading in have:
        if heading in left:
            left.remove(heading)
            hits += 1
    return 2 * hits / total if total else 0.0


def measured(reader: str, folder: Path) -> dict[str, Any] | None:
    """Read a paper in a process of its own; None where it failed."""
    done = subprocess.run([sys.executable, __file__, "--read", reader, str(folder)], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if done.returncode == 0 and lines else None


def read(reader: str, folder: Path) -> None:
    """Be the process: read, and print what was found with the seconds and the memory that it took."""
    start = time.perf_counter()
    found = READERS[reader][0](folder)
    found["seconds"] = time.perf_counter() - start
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    found["megabytes"] = peak / 1024
    print("\n" + json.dumps(found))


def pages_of(folder: Path) -> int:
    """How many pages the PDF has."""
    import pymupdf

    with pymupdf.open(folder / "paper.pdf") as document:
        return int(document.page_count)


def main(folders: list[Path]) -> None:
    """Print a table for each paper."""
    console = Console()
    for folder in folders:
        table = Table("reader", "heading F1", "equations", "tables", "seconds", "s/page", "MB", title=folder.name)
        pages = pages_of(folder) if (folder / "paper.pdf").is_file() else None
        results = {
            reader: measured(reader, folder) if find_spec(module) else "not installed"
            for reader, (_, module, needs) in READERS.items()
            if (folder / needs).exists()
        }
        truth = results.get("pandoc, source")
        for reader, found in results.items():
            if not isinstance(found, dict):
                table.add_row(reader, found or "failed")
                continue
            score = f"{f1(found['headings'], truth['headings']):.3f}" if isinstance(truth, dict) else "–"
            a_page = f"{found['seconds'] / pages:.3f}" if pages and "PDF" in reader else "–"
            counts = (str(found["equations"]), str(found["tables"]))
            table.add_row(reader, score, *counts, f"{found['seconds']:.2f}", a_page, f"{found['megabytes']:.0f}")
        console.print(table)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read(sys.argv[2], Path(sys.argv[3]))
    else:
        main([Path(argument) for argument in sys.argv[1:]])
