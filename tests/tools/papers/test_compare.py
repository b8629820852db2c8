"""Two papers are compared by what each states; every part and every number keeps its place."""

from __future__ import annotations

from paper_implementer.tools.papers.compare import compare_papers
from paper_implementer.tools.papers.paper import Block, Paper


def a_paper(name: str, title: str, training: str, score: str, references: str = "") -> Paper:
    rows = [["model", "top-1 accuracy"], [title.split(":")[0], score]]
    blocks = [
        Block(id="sec:1", kind="section", number="1", title="Training", text="Training", role="experiments"),
        Block(id="par:1", kind="paragraph", text=training, page=3, section="sec:1", role="experiments"),
        Block(id="tab:1", kind="table", number="1", caption="Accuracy on ImageNet.", rows=rows, text=score, page=4),
        Block(id="ref:1", kind="reference", number="1", text=references),
    ]
    return Paper(id=name, source_format="pdf", title=title, blocks=blocks)


FIRST = a_paper(
    "first",
    "Fading: attention that forgets",
    "We train with Adam and a learning rate of 0.001, with dropout of 0.1.",
    "71.5",
)
SECOND = a_paper(
    "second",
    "Glowing: attention that remembers",
    "We train with Adam and a learning rate of 0.0003, with dropout of 0.1.",
    "73.0",
    references="A. Example. Fading: attention that forgets. 2001.",
)


def test_shared_choices_differing_settings_and_results_on_the_same_data() -> None:
    answer = compare_papers(FIRST, SECOND)
    assert "optimizer.name = adam" in {c.name for c in answer.shared}
    differing = {d.key: ([f.value for f in d.first], [f.value for f in d.second]) for d in answer.differing_settings}
    assert differing["optimizer.learning_rate"] == ([0.001], [0.0003])
    assert "regularization.dropout" not in differing
    (result,) = answer.shared_results
    assert (result.metric, result.dataset) == ("top-1 accuracy", "ImageNet")
    assert ([r.value for r in result.first], [r.value for r in result.second]) == ([71.5], [73.0])
    assert all(f.source.quote for d in answer.differing_settings for f in [*d.first, *d.second])


def test_the_summary_says_who_cites_whom() -> None:
    assert (
        "“Glowing: attention that remembers” cites “Fading: attention that forgets”"
        in compare_papers(FIRST, SECOND).summary
    )
    assert "cites" not in compare_papers(FIRST, FIRST.model_copy(update={"id": "third"})).summary


def test_a_paper_and_itself_differ_in_nothing() -> None:
    answer = compare_papers(FIRST, FIRST)
    assert (answer.only_first, answer.only_second, answer.differing_settings) == ([], [], [])
    assert answer.shared
