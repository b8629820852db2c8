"""How long searching a large library takes, and what it needs: papers of realistic size, made up, with words as frequent as
words are (Zipf's law).

    python tests/benchmarks/library_search.py --papers 10000 --home /tmp/large-library
"""

from __future__ import annotations

import argparse
import itertools
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from paper_implementer.tools.papers.find import find_in_papers
from paper_implementer.tools.papers.library import Library, Origin
from paper_implementer.tools.papers.paper import Block, Paper

BLOCKS = 150
WORDS_IN_A_PARAGRAPH = 90
VOCABULARY = 40_000
TERMS = (
    "the of and to in we is for model training attention learning rate loss data layer gradient network transformer encoder"
    " decoder batch softmax dropout embedding optimizer weight decay normalization warmup fine-tuning pre-training sampling"
)
WORDS = TERMS.split() + [f"w{i:05}" for i in range(VOCABULARY)]
FREQUENCIES = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(WORDS))))
FORMULAS = (
    r"\mathrm{{softmax}}\left(\frac{{QK^\top}}{{\sqrt{{d_k}}}}\right)V",
    r"{a}_{{t+1}} = {a}_t - \alpha_{{{n}}} \nabla_{{{a}}} \mathcal{{L}}({a}_t)",
    r"\mathbf{{{a}}}_{{{n}}} = \sum_{{i=1}}^{{N}} \beta_i {b}^{{({n})}}_i",
    r"p({a} \mid {b}) = \frac{{\exp({a}^T {b} / \tau)}}{{\sum_j \exp({a}^T {b}_j / \tau)}}",
)
QUERIES = (
    *(
        "attention",
        "model",
        "label smoothing",
        "learning rate warmup",
        "the gradient of the loss",
        "fine-tuning",
        "finetuning",
    ),
    *(
        '"weight decay"',
        "regulari*",
        "dropout -attention",
        "w00123 w00456",
        "w31000",
        "nothing like this",
        "layer w20000",
    ),
    *(
        "what is the learning rate of the transformer encoder",
        r"softmax(QK^T/\sqrt{d_k})",
        "d_k",
        r"\alpha",
        "α_3",
        "QK^T V",
    ),
)


def invent(number: int, random: random.Random) -> Paper:
    """Make a paper up."""
    text = random.choices(WORDS, cum_weights=FREQUENCIES, k=BLOCKS * WORDS_IN_A_PARAGRAPH)
    blocks = []
    for i in range(BLOCKS):
        prose = " ".join(text[i * WORDS_IN_A_PARAGRAPH : (i + 1) * WORDS_IN_A_PARAGRAPH])
        formula = random.choice(FORMULAS).format(
            a=random.choice("xyzWhu"), b=random.choice("vqkg"), n=random.randint(1, 9)
        )
        match i % 10:
            case 0:
                block = Block(id=f"sec:{i}", kind="section", number=str(i), title=prose[:30], text=prose[:30])
            case 1:
                block = Block(id=f"eq:{i}", kind="equation", number=str(i), text=f"$$ {formula} $$", latex=formula)
            case 2:
                block = Block(id=f"ref:{i}", kind="reference", text=prose[:150])
            case 3:
                block = Block(id=f"par:{i}", kind="paragraph", text=f"{prose[:300]} ${formula}$ {prose[300:]}")
            case _:
                block = Block(id=f"par:{i}", kind="paragraph", text=prose)
        blocks.append(block)
    title = " ".join(text[:6])
    return Paper(id=f"made-up-{number:08x}", title=title, authors=["A. Author"], source_format="latex", blocks=blocks)


def fill(library: Library, papers: int) -> float:
    """Save papers until there are so many; return the seconds for one of those that were added."""
    there = len(library.ids())
    began = time.perf_counter()
    for number in range(there, papers):
        library.save(invent(number, random.Random(number)), {}, Origin(f"content-{number}", "made up", "latex"))
    return (time.perf_counter() - began) / max(1, papers - there)


def measured(action: Callable[[], object], times: int = 7) -> tuple[float, float]:
    """Median and longest of the milliseconds that an action takes."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent), max(spent)


def main() -> None:
    """Print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--papers", type=int, default=1000)
    arguments.add_argument(
        "--home", type=Path, help="where the library is kept for the next time; otherwise it is deleted"
    )
    given = arguments.parse_args()
    home = given.home or Path(tempfile.mkdtemp())
    try:
        library = Library(home)
        saving = fill(library, given.papers)
        size = sum(f.stat().st_size for f in home.glob("library.sqlite*")) / 2**20
        print(f"{given.papers} papers, {size:.0f} MB; made up and saved in {1000 * saving:.0f} ms each\n")
        print(f"{'':58}{'median ms':>10}{'longest':>10}")
        some = library.ids()[given.papers // 2]
        rows: list[tuple[str, Callable[[], object]]] = [
            *((query, lambda query=query: find_in_papers(library, query)) for query in QUERIES),
            ("attention, in one paper", lambda: find_in_papers(library, "attention", paper=some)),
            ("attention, equations", lambda: find_in_papers(library, "softmax", kinds=["equation"])),
            ("ids()", library.ids),
            ("all()", library.all),
            ("get()", lambda: library.get(some)),
        ]
        for name, action in rows:
            median, longest = measured(action)
            print(f"{name:58}{median:10.1f}{longest:10.1f}")
        print(f"\nmost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    finally:
        if given.home is None:
            shutil.rmtree(home)


if __name__ == "__main__":
    main()
