"""From a paper to facts with quotes, silences and contradictions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paper_implementer.knowledge.facts import Fact
from paper_implementer.knowledge.vocabulary import terms
from paper_implementer.tools.errors import BadReference
from paper_implementer.tools.papers.paper import Block, Paper, Role
from paper_implementer.tools.papers.settings import paper_settings


def section(number: str, title: str, role: Role = "method") -> Block:
    return Block(id=f"sec:{number}", kind="section", number=number, title=title, text=title, role=role, level=1)


def text(content: str, home: str | None = None, page: int = 1) -> Block:
    return Block(id=f"par:{abs(hash((content, home)))}", kind="paragraph", text=content, page=page, section=home)


def table(rows: list[list[str]], caption: str = "", home: str | None = None, verbatim: str | None = None) -> Block:
    shown = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    return Block(
        id="tab:1",
        kind="table",
        number="1",
        caption=caption,
        text=shown,
        rows=rows,
        verbatim=verbatim,
        page=2,
        section=home,
    )


def paper(*blocks: Block, title: str = "A paper") -> Paper:
    return Paper(id="paper:1", title=title, source_format="pdf", pages=9, blocks=list(blocks))


def facts_of(*blocks: Block) -> list[Fact]:
    return paper_settings(paper(*blocks)).facts


def values(facts: list[Fact], key: str) -> dict[str | None, object]:
    return {f.scope: f.value for f in facts if f.key == key}


def test_a_fact_says_where_it_stands() -> None:
    block = text(
        "Data are plain. We use a learning rate of $3 \\times 10^{-4}$ throughout. Nothing else.", "sec:4.1", 7
    )
    (fact,) = facts_of(section("4.1", "Training details", "experiments"), block)
    assert (fact.key, fact.value, fact.status) == ("optimizer.learning_rate", 3e-4, "stated")
    assert (fact.source.kind, fact.source.ref, fact.source.section, fact.source.page) == (
        "paper",
        "paper:1",
        "4.1 Training details",
        7,
    )
    assert fact.source.quote == "We use a learning rate of $3 \\times 10^{-4}$ throughout."
    assert fact.source.quote in block.text


def test_a_long_sentence_is_quoted_around_the_value() -> None:
    block = text(
        "We " + "really and truly " * 40 + "use a learning rate of 0.01 " + "for the whole long run " * 40 + "."
    )
    (fact,) = facts_of(block)
    assert fact.source.quote is not None
    assert "learning rate of 0.01" in fact.source.quote
    assert fact.source.quote in block.text
    assert len(fact.source.quote) < 320


def test_the_verbatim_text_is_quoted_where_there_is_one() -> None:
    block = text("We train with $\\epsilon$-greedy and a batch size of **64**.")
    block.verbatim = "We train with ϵ-greedy and a batch size of 64."
    (fact,) = facts_of(block)
    assert (fact.value, fact.source.quote) == (64, block.verbatim)


def test_model_sizes_phases_and_data_sets_are_scopes() -> None:
    facts = facts_of(
        text("The base model uses a dropout of 0.1. The large model uses a dropout of 0.3."),
        text("For fine-tuning we use a learning rate of 2e-5."),
        text("On CIFAR-10 we train with a batch size of 128."),
        text("The MNIST models are trained for 20 epochs while the SVHN model is trained for 30 epochs."),
    )
    assert values(facts, "dropout.rate") == {"base": 0.1, "large": 0.3}
    assert values(facts, "optimizer.learning_rate") == {"fine-tuning": 2e-5}
    assert values(facts, "training.batch_size") == {"CIFAR-10": 128}
    assert values(facts, "training.epochs") == {"MNIST": 20, "SVHN": 30}


def test_letters_that_the_paper_introduces_describe_each_model_in_its_bracket() -> None:
    facts = facts_of(
        text(
            "We write the number of blocks (that is, of layers) as L, the hidden size as H and the number of attention heads as A. "
            "We train two models: SMALL (L = 4, H = 128, A = 2) and LARGE (L = 16, H = 512, A = 8)."
        )
    )
    assert values(facts, "model.layers") == {"SMALL": 4, "LARGE": 16}
    assert values(facts, "model.hidden_size") == {"SMALL": 128, "LARGE": 512}
    assert values(facts, "attention.heads") == {"SMALL": 2, "LARGE": 8}


def test_the_first_variance_of_a_diffusion_is_no_beta_of_adam() -> None:
    diffusion = Paper(
        source_format="pdf",
        title="Denoising diffusion of maps",
        blocks=[text("We set T = 500 diffusion steps, with variances from β_{1} = 10^{−4} to β_{T} = 0.03.")],
    )
    found = {f.key: f.value for f in paper_settings(diffusion).facts}
    assert found == {"diffusion.steps": 500, "diffusion.beta_start": 1e-4, "diffusion.beta_end": 0.03}


def test_an_experiment_of_its_own_is_a_scope_and_a_general_heading_is_none() -> None:
    facts = facts_of(
        section("5", "Experimental setup", "experiments"),
        text("We use a batch size of 32.", "sec:5"),
        section("6", "Speech separation", "experiments"),
        text("We use a batch size of 8.", "sec:6"),
    )
    assert values(facts, "training.batch_size") == {None: 32, "Speech separation": 8}


def test_related_work_and_references_are_not_read() -> None:
    facts = facts_of(
        section("2", "Related work", "related_work"),
        text("We note that they use a learning rate of 0.5.", "sec:2"),
        section("9", "References", "references"),
        text("Decoupled weight decay of 0.1. We used Adam.", "sec:9"),
    )
    assert facts == []


def test_rows_of_a_settings_table() -> None:
    rows = [
        ["Hyperparameter", "Small", "Large"],
        ["Learning rate", "1e-3", "5e-4"],
        ["Batch size", "64", "64"],
        ["Optimizer", "AdamW", "AdamW"],
        ["Warmup steps", "–", "500"],
    ]
    facts = facts_of(table(rows, "Hyperparameters."))
    assert values(facts, "optimizer.learning_rate") == {"Small": 1e-3, "Large": 5e-4}
    assert values(facts, "training.batch_size") == {None: 64}
    assert values(facts, "optimizer.name") == {None: "adamw"}
    assert values(facts, "schedule.warmup_steps") == {"Large": 500}


def test_columns_of_a_table_of_models() -> None:
    rows = [
        ["Model", "#L", "#H", "$d_{model}$", "LR"],
        ["125M", "12", "12", "768", "$6.0e-4$"],
        ["1.3B", "24", "32", "2048", "2.0e-4"],
    ]
    facts = facts_of(table(rows, "Architecture: number of layers (#L), number of attention heads (#H) and width."))
    assert values(facts, "model.layers") == {"125M": 12, "1.3B": 24}
    assert values(facts, "attention.heads") == {"125M": 12, "1.3B": 32}
    assert values(facts, "model.hidden_size") == {"125M": 768, "1.3B": 2048}
    assert values(facts, "optimizer.learning_rate") == {"125M": 6e-4, "1.3B": 2e-4}


def test_a_label_beside_several_rows_is_their_scope() -> None:
    rows = [
        ["Method", "Setting", "X", "Y"],
        ["", "Batch size", "8", "4"],
        ["Tiny tuned", "Learning rate", "1e-3", "1e-3"],
        ["", "# Epochs", "", "5"],
        ["", "Batch size", "16", "16"],
        ["Huge tuned", "Learning rate", "1e-4", "2e-4"],
    ]
    facts = facts_of(table(rows, "Hyperparameters."))
    assert values(facts, "training.batch_size") == {"Tiny tuned X": 8, "Tiny tuned Y": 4, "Huge tuned": 16}
    assert values(facts, "optimizer.learning_rate") == {"Tiny tuned": 1e-3, "Huge tuned X": 1e-4, "Huge tuned Y": 2e-4}


def test_the_unit_of_a_column_counts() -> None:
    rows = [
        ["Model", "#L", "Width", r"params $\times 10^6$"],
        ["small", "4", "128", "12"],
        ["large", "8", "512", "340"],
    ]
    facts = facts_of(table(rows, "Model configurations, with #L layers."))
    assert values(facts, "model.parameters") == {"small": 12_000_000, "large": 340_000_000}


def test_many_columns_with_different_values_are_one_fact() -> None:
    rows = [
        ["", "A", "B", "C", "D", "E"],
        ["Batch size", "8", "8", "16", "4", "2"],
        ["# Epochs", "3", "3", "3", "3", "3"],
    ]
    facts = facts_of(table(rows, "Hyperparameters for each task."))
    assert values(facts, "training.batch_size") == {None: {"A": 8, "B": 8, "C": 16, "D": 4, "E": 2}}
    assert values(facts, "training.epochs") == {None: 3}


def test_cells_of_ablations_and_results_are_not_settings() -> None:
    ablation = [
        ["", "$N$", "$d_{model}$", "$P_{drop}$", "PPL"],
        ["base", "6", "512", "0.1", "4.9"],
        ["(A)", "2", "", "", "6.1"],
        ["(B)", "", "256", "", "5.7"],
    ]
    results = [["Method", "Params", "Accuracy"], ["Theirs", "10M", "81.2"], ["Ours", "9M", "83.0"]]
    facts = facts_of(
        text("We stack N = 6 identical layers."), table(ablation, "Variations."), table(results, "Results.")
    )
    assert values(facts, "model.layers") == {None: 6}
    assert values(facts, "model.hidden_size") == {"base": 512}
    assert values(facts, "model.parameters") == {}


def test_a_cell_is_quoted_as_the_page_prints_it() -> None:
    rows = [["dim", "4096"], ["n_layers", "32"], ["vocab_size", "32000"]]
    block = table(rows, "Model architecture.", verbatim="Parameter\nValue\ndim\n4096\nn_layers\n32\nvocab_size\n32000")
    quotes = {f.key: f.source.quote for f in facts_of(block)}
    assert quotes == {
        "model.hidden_size": "dim\n4096",
        "model.layers": "n_layers\n32",
        "model.vocabulary_size": "vocab_size\n32000",
    }


def test_two_values_for_one_scope_are_a_contradiction() -> None:
    result = paper_settings(
        paper(
            section("3", "Training", "experiments"),
            text("We use a dropout of 0.1 in all layers.", "sec:3"),
            section("A", "Implementation details", "appendix"),
            text("Our models use a dropout of 0.2.", "sec:A"),
        )
    )
    (found,) = result.contradictions
    assert found.key == "dropout.rate"
    assert [(f.value, f.source.quote) for f in found.facts] == [
        (0.1, "We use a dropout of 0.1 in all layers."),
        (0.2, "Our models use a dropout of 0.2."),
    ]


@pytest.mark.parametrize(
    "second",
    [
        "The large model uses a dropout of 0.2.",
        "For fine-tuning we use a dropout of 0.2.",
        "We searched dropout among {0.1, 0.2}.",
        "We use a dropout of 10%.",
        "We measure with and without dropout.",
    ],
)
def test_another_scope_a_search_or_another_notation_is_no_contradiction(second: str) -> None:
    assert paper_settings(paper(text("We use a dropout of 0.1."), text(second))).contradictions == []


def test_what_is_needed_and_not_said_is_named_with_the_reason() -> None:
    result = paper_settings(paper(text("We train a transformer with the Adam optimizer and a learning rate of 1e-4.")))
    silent = {s.key: s for s in result.silent}
    assert {"training.batch_size", "schedule.shape", "optimizer.betas", "optimizer.weight_decay"} <= set(silent)
    assert not {"optimizer.name", "optimizer.learning_rate", "optimizer.momentum"} & set(silent)
    assert all(s.why_it_matters for s in result.silent)
    assert all(s.suggestion is None or s.suggestion.key == s.key for s in result.silent)


def test_a_known_method_lends_its_default() -> None:
    result = paper_settings(paper(text("We pre-train BERT on legal texts."), title="BERT for the law"))
    suggested = {s.key: s.suggestion for s in result.silent if s.suggestion}
    assert suggested
    assert all(fact.source.ref and fact.source.kind in ("paper", "code", "knowledge") for fact in suggested.values())
    assert "data.dataset" not in suggested


def test_one_of_several_ways_to_say_the_length_is_enough() -> None:
    result = paper_settings(paper(text("We trained for 90 epochs.")))
    assert not {"training.steps", "training.tokens"} & {s.key for s in result.silent}


def test_the_silences_of_a_vision_paper_are_not_those_of_a_language_model() -> None:
    vision = paper(text("We train on ImageNet."), title="Deep convolutional networks for image classification")
    language = paper(text("We train a language model."), title="A large language model with self-attention")
    assert "data.image_size" in {s.key for s in paper_settings(vision).silent}
    assert "data.image_size" not in {s.key for s in paper_settings(language).silent}
    assert "data.tokenizer" in {s.key for s in paper_settings(language).silent}


def test_only_the_keys_that_were_asked_for() -> None:
    made = paper(text("We use a learning rate of 0.1, a batch size of 64 and a dropout of 0.2."))
    result = paper_settings(made, keys=["lr", "optimizer.betas"])
    assert {f.key for f in result.facts} == {"optimizer.learning_rate"}
    assert "optimizer.betas" in {s.key for s in result.silent}
    assert "dropout.rate" not in {s.key for s in result.silent}


def test_a_quantity_that_has_several_units_is_asked_for_in_all_of_them() -> None:
    made = paper(text("We warm up for 3 epochs of linear warmup."))
    assert {f.key for f in paper_settings(made, keys=["warm-up"]).facts} == {"schedule.warmup_epochs"}
    assert paper_settings(made, keys=["warm-up"]).silent == []
    assert len(paper_settings(paper(), keys=["warm-up"]).silent) == 1


def test_only_one_scope() -> None:
    made = paper(
        text("The base model uses a dropout of 0.1. The big model uses a dropout of 0.3. We use a batch size of 8.")
    )
    assert {(f.key, f.value) for f in paper_settings(made, scope="big").facts} == {
        ("dropout.rate", 0.3),
        ("training.batch_size", 8),
    }


def test_an_unknown_key_is_an_error_that_helps() -> None:
    with pytest.raises(BadReference, match="zebra") as error:
        paper_settings(paper(), keys=["zebra"])
    assert error.value.hint


def test_a_paper_without_text_is_silent_and_no_error() -> None:
    result = paper_settings(paper())
    assert (result.facts, result.contradictions) == ([], [])
    assert result.silent


PIECES = """we use learning rate of batch size dropout 0.1 128 1e-4 and , = ( ) β_{1} $ \\times 10^{-4} layers heads Table 3 .
    [12] % | to"""
words = st.sampled_from(PIECES.split())
sentence = st.lists(words, max_size=40).map(" ".join)


@settings(max_examples=60)
@given(st.lists(sentence, max_size=4), st.lists(st.lists(sentence, min_size=2, max_size=4), max_size=4))
def test_every_fact_is_a_key_with_a_quote_from_the_paper(paragraphs: list[str], rows: list[list[str]]) -> None:
    width = min(map(len, rows), default=0)
    blocks = [text(p) for p in paragraphs] + [table([row[:width] for row in rows], "Settings.")]
    printed = [b.text for b in blocks]
    for fact in facts_of(*blocks):
        assert fact.key in terms()
        assert fact.source.quote
        assert any(fact.source.quote in p for p in printed)


def test_a_list_over_scopes_is_one_fact() -> None:
    facts = facts_of(
        text("We use a sequence length of 384 for WikiSQL (Doe et al., 2017), 768 for MNLI, and 2048 for SAMSum.")
    )
    assert values(facts, "model.context_length") == {None: {"WikiSQL": 384, "MNLI": 768, "SAMSum": 2048}}


def test_a_protocol_over_benchmarks_is_one_fact() -> None:
    facts = facts_of(text("We evaluate on GSM8K [10] (8-shot) with maj@8 and MATH [13] (4-shot) with maj@4."))
    assert values(facts, "eval.shots") == {None: {"GSM8K": 8, "MATH": 4}}
    assert values(facts, "eval.samples") == {None: {"GSM8K": 8, "MATH": 4}}


def test_a_sentence_that_a_page_break_cuts_is_read_whole_and_quoted_where_it_ends() -> None:
    facts = facts_of(text("We switch to a learning rate", page=1), text("of 0.003 for the rest. Then we stop.", page=2))
    (fact,) = [f for f in facts if f.key == "optimizer.learning_rate"]
    assert (fact.value, fact.source.page, fact.source.quote) == (0.003, 2, "of 0.003 for the rest.")


def test_a_name_and_a_phase_make_one_scope() -> None:
    facts = facts_of(
        section("4.2", "SQuAD v1.1", "experiments"),
        text("We fine-tune for 3 epochs.", "sec:4.2"),
        section("4.3", "SQuAD v2.0", "experiments"),
        text("We fine-tune for 2 epochs.", "sec:4.3"),
    )
    assert values(facts, "training.epochs") == {"SQuAD v1.1 fine-tuning": 3, "SQuAD v2.0 fine-tuning": 2}


def test_what_a_cited_method_does_is_not_what_the_paper_does() -> None:
    facts = facts_of(
        text("We build on BigNet [4]. BigNet was trained for 900 epochs; our model is trained for 30 epochs."),
        text("For example, suppose a learning rate of 0.7."),
    )
    assert [f.value for f in facts if f.key == "training.epochs"] == [30]
    assert not [f for f in facts if f.key == "optimizer.learning_rate"]


def test_a_probability_of_keeping_is_turned_round() -> None:
    (fact,) = facts_of(text("We use dropout with a keep probability of 0.8."))
    assert (fact.key, fact.value, fact.status) == ("dropout.rate", 0.2, "derived")
    assert fact.note is not None
    assert "0.8" in fact.note


def test_inputs_of_an_algorithm_are_read_and_its_steps_are_not() -> None:
    block = Block(
        id="alg:1",
        kind="algorithm",
        caption="Toy, our optimizer.",
        text="Toy, our optimizer.\nRequire: learning rate η = 0.01, batch size = 32\n3: batch size = 7",
        page=2,
    )
    facts = facts_of(block)
    assert {f.key: f.value for f in facts} == {"optimizer.learning_rate": 0.01, "training.batch_size": 32}
