"""Components: every file reads, every usage runs, every check names a test that is there, names lead to one component."""

from __future__ import annotations

import ast
from collections import defaultdict
from importlib import metadata
from pathlib import Path

import pytest

from paper_implementer.knowledge.catalogue import methods
from paper_implementer.knowledge.component import (
    Framework,
    NoSuchComponent,
    body_of_component,
    code_of_component,
    components,
    head_of_component,
    lookup_component,
    read_component_body,
)
from paper_implementer.knowledge.schema import MalformedKnowledge
from paper_implementer.knowledge.words import tokens
from tests.support.vision import make_torchvision_importable

ROOT = Path(__file__).parents[2]
NAMES = components()
REFERENCES = [(name, framework) for name in NAMES for framework in body_of_component(name).usage]
IMPORTS = {
    "pytorch": "import torch\nfrom torch import nn\n",
    "jax": "import jax\nimport jax.numpy as jnp\n",
    "keras": "import keras\nfrom keras import ops\n",
}


@pytest.mark.parametrize(("name", "framework"), REFERENCES)
def test_the_usage_of_every_reference_runs_below_its_code(name: str, framework: Framework) -> None:
    make_torchvision_importable()
    text = IMPORTS[framework] + code_of_component(name, framework) + "\n\n" + body_of_component(name).usage[framework]
    exec(compile(text, f"{name} in {framework}", "exec"), {"__name__": name})  # noqa: S102


@pytest.mark.parametrize(("name", "framework"), REFERENCES)
def test_every_reference_stands_alone_and_says_its_shapes(name: str, framework: Framework) -> None:
    tree = ast.parse(code_of_component(name, framework))
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert all(node.level == 0 and not (node.module or "").startswith("paper_implementer") for node in imported)
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert public
    assert all(ast.get_docstring(node) for node in public)
    assert any("(" in (ast.get_docstring(node) or "") for node in public)


@pytest.mark.parametrize("name", NAMES)
def test_every_check_names_a_test_that_is_there_and_the_version_that_it_ran_with(name: str) -> None:
    for checks in body_of_component(name).checks.values():
        for check in checks:
            file, _, function = check.test.partition("::")
            tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
            assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            package, _, version = check.package.partition("==")
            assert metadata.version(package).split("+")[0] == version


def test_every_name_leads_to_one_component() -> None:
    named = defaultdict(set)
    for name in NAMES:
        head = head_of_component(name)
        assert set(head.facts_of) <= set(methods())
        for alias in (name.replace("_", " "), head.title, *head.aliases):
            named[tokens(alias.lower())].add(name)
    assert {alias: found for alias, found in named.items() if len(found) > 1} == {}


@pytest.mark.parametrize("asked", ["rmsnorm", "RMSNorm", "root mean square layer normalization", "the RMSNorm layer"])
def test_a_component_is_found_by_any_usual_name(asked: str) -> None:
    found = lookup_component(asked)
    assert found.name == "rmsnorm"
    assert "class RMSNorm" in found.code
    assert found.equations[0].source.ref == "arXiv:1910.07467"
    assert {fact.key for fact in found.defaults} >= {"norm.epsilon"}
    assert found.pitfalls
    assert found.checked_against


def test_tensorflow_is_served_by_keras_and_a_missing_reference_says_where_there_is_one() -> None:
    assert lookup_component("rmsnorm", "tensorflow").framework == "keras"
    with pytest.raises(NoSuchComponent, match="there are pytorch, jax and keras"):
        lookup_component("rmsnorm", "mxnet")


def test_an_unknown_name_gets_the_nearest_ones_and_no_guess() -> None:
    with pytest.raises(NoSuchComponent, match="RMSNorm"):
        lookup_component("rmsnrom")
    with pytest.raises(NoSuchComponent, match="no component called 'zzqy'"):
        lookup_component("zzqy")


def test_a_malformed_file_is_named_with_its_field() -> None:
    text = "name: x\n---\ndocuments: {}\nequations: [{latex: a, says: b, document: paper}]\nusage: {}\nchecks: {}\n"
    with pytest.raises(MalformedKnowledge, match=r"x\.yaml:5: usage"):
        read_component_body(text, "x.yaml")
