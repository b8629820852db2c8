"""Results are numbers with metric, dataset, method and place; what is not named is None, never a guess."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paper_implementer.tools.papers.contributions import Result, paper_contributions
from paper_implementer.tools.papers.paper import Block, Paper


def results(caption: str, *rows: list[str], title: str = "Fading: attention that forgets") -> list[Result]:
    text = "\n".join(" | ".join(row) for row in rows)
    table = Block(id="tab:1", kind="table", number="1", caption=caption, rows=list(rows), text=text, page=6)
    return paper_contributions(Paper(id="p", source_format="pdf", title=title, blocks=[table])).results


def said(text: str) -> list[Result]:
    block = Block(id="par:1", kind="paragraph", text=text, role="abstract", page=1)
    return paper_contributions(Paper(id="p", source_format="pdf", blocks=[block])).results


def test_columns_name_metrics_and_the_caption_the_dataset() -> None:
    found = results(
        "Error rates on the ImageNet validation set.",
        ["model", "top-1 err.", "top-5 err."],
        ["Plain-18", "27.9", "9.1"],
        ["Fading-18 (ours)", "25.0", "7.7"],
    )
    assert [(r.method, r.metric, r.dataset, r.value, r.ours) for r in found] == [
        ("Plain-18", "top-1 error", "ImageNet", 27.9, False),
        ("Plain-18", "top-5 error", "ImageNet", 9.1, False),
        ("Fading-18 (ours)", "top-1 error", "ImageNet", 25.0, True),
        ("Fading-18 (ours)", "top-5 error", "ImageNet", 7.7, True),
    ]
    assert {(r.source.page, r.source.quote) for r in found} == {(6, "27.9"), (6, "9.1"), (6, "25.0"), (6, "7.7")}


def test_columns_name_datasets_under_a_head_of_two_rows() -> None:
    found = results(
        "Results of translation.",
        ["model", "BLEU", "BLEU"],
        ["model", "EN-DE", "EN-FR"],
        ["Fading", "28.4", "41.8 ± 0.2"],
    )
    assert [(r.metric, r.dataset, r.value, r.spread, r.ours) for r in found] == [
        ("BLEU", "English-German", 28.4, None, True),
        ("BLEU", "English-French", 41.8, 0.2, True),
    ]


def test_a_caption_that_names_several_metrics_names_none_for_a_column() -> None:
    found = results(
        "We report accuracy for SST-2 and Matthews correlation for CoLA.", ["model", "SST-2"], ["Fading", "93.1"]
    )
    assert [(r.metric, r.dataset) for r in found] == [(None, "SST-2")]


def test_a_table_of_settings_has_no_results() -> None:
    assert results("Hyperparameters used on CIFAR-10.", ["setting", "accuracy"], ["batch", "128"]) == []


def test_a_sentence_that_claims_a_number() -> None:
    found = said("Our model achieves 28.4 BLEU on the WMT 2014 English-to-German task after 3.5 days on one machine.")
    assert [(r.metric, r.dataset, r.value) for r in found] == [("BLEU", "WMT14 English-German", 28.4)]


def test_a_number_without_a_metric_is_no_result() -> None:
    assert said("We achieved this with 2.5 assistants and a rate of 12.5 on the whole.") == []


@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=5), max_size=8), st.text(max_size=60))
def test_any_table_is_read(rows: list[list[str]], caption: str) -> None:
    for result in results(f"BLEU on CIFAR-10 {caption}", *rows):
        assert result.source.ref == "p"
