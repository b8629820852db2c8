"""Read a paper's settings, and answer from what was read: facts with quotes, silences, contradictions."""

from __future__ import annotations

import re
from itertools import islice

from pydantic import JsonValue

from paper_implementer.knowledge.values import same_value
from paper_implementer.knowledge.vocabulary import Term, terms
from paper_implementer.knowledge.vocabulary.names import keys_named
from paper_implementer.tools.errors import BadReference

from ..paper import Paper
from .contradictions import contradictions
from .derived import derived
from .followed import Opened, resolved
from .gather import gather, named
from .kinds import families_of, in_field, is_foreign, methods_of, nature_of
from .result import Found, PaperSettings, Reading, Taken
from .silence import alternatives, missing, silences

_ONCE = {"norm.type", "activation.function", "loss.function", "model.pooling", "model.shortcut", "position.encoding", "init.scheme", "data.tokenizer", "training.precision"}  # fmt: skip
"""Parts of a method that are told again wherever it is used."""


_MOST = 4000
"""So many statements are read of one paper; no honest paper has a tenth of it."""


def paper_settings(paper: Paper, keys: list[str] | None = None, scope: str | None = None) -> PaperSettings:
    """State every setting of a paper with its place, name what it leaves out, and show where it contradicts itself.

    **Arguments:**

    - `keys`: only these; keys of the vocabulary or usual names ("lr", "warm-up").
    - `scope`: only facts that hold for it; facts without a scope hold for all.

    **Raises:** `BadReference` for a name that means no key.
    """
    return answer(read_settings(paper), keys, scope)


def read_settings(paper: Paper) -> Reading:
    """Read all that a paper states, and what kind of paper it is."""
    kinds = families_of(paper)
    taken: list[Taken] = []
    stated = (f for f in (in_field(g, kinds) for g in gather(paper, taken)) if not is_foreign(f.fact.key, kinds))
    found = _distinct(list(islice(stated, _MOST)))
    pointing = [Found(fact=t.fact, block=t.block, firm=False) for t in _once(taken)]
    found += [*named(paper, found), *derived(found, kinds)]
    own, methods = methods_of(paper)
    return Reading(
        found=_in_order(paper, [*found, *pointing]),
        taken=_once(taken),
        kinds=sorted(kinds | nature_of(paper, found, kinds)),
        own=own,
        methods=methods,
    )


def answer(
    reading: Reading, keys: list[str] | None = None, scope: str | None = None, opened: Opened | None = None
) -> PaperSettings:
    """What was read, as it was asked for; see `paper_settings`.

    **Arguments:**

    - `opened`: gives the reading of a paper that this one follows, where the library has it.
    """
    asked = _keys(keys) if keys else None
    found = [f for f in reading.found if asked is None or f.fact.key in asked]
    facts = [f.fact for f in found]
    taken_over = resolved(reading.taken, {t.key for t in missing(reading, facts, asked)}, opened)
    facts += taken_over
    silent = silences(reading, facts, asked)
    if scope:
        wanted = set(re.findall(r"\w+", scope.lower()))
        facts = [f for f in facts if f.scope is None or wanted & set(re.findall(r"\w+", f.scope.lower()))]
    return PaperSettings(facts=facts, silent=silent, contradictions=contradictions(found))


def _keys(names: list[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        family = {key for key in terms() if key.startswith(name.rstrip(".*") + ".")}
        best = keys_named(name, limit=1)
        meant = family or (
            set(best) if name in terms() else {key for found_key in best for key in alternatives(found_key)}
        )
        if not meant:
            raise BadReference(
                f"No setting is called {name!r}.",
                "Name it as a paper or a configuration does: learning rate, heads, betas.",
            )
        found |= meant
    return found


def _once(taken: list[Taken]) -> list[Taken]:
    """What is taken over, each work for each part of the recipe once."""
    first: dict[tuple[str, str, str | None], Taken] = {}
    for each in taken:
        first.setdefault((each.title, "".join(each.prefixes), each.fact.scope), each)
    return list(first.values())


def _in_order(paper: Paper, found: list[Found]) -> list[Found]:
    place = {block.id: i for i, block in enumerate(paper.blocks)}
    return sorted(found, key=lambda f: place.get(f.block, 0))


_RECIPE = re.compile(
    r"hyper-?\s?param|implementation|training|set-?up|settings?|details|optimi[sz]|configuration|procedure",
    re.IGNORECASE,
)
"""Headings under which a paper tells its recipe, rather than mentions it."""


def _distinct(found: list[Found]) -> list[Found]:
    """Facts without repetitions of the same value for the same scope; a cell adds nothing to what holds for all.

    Of two places that say the same, the one among the paper's settings stays, else the first.
    """
    kept: list[Found] = []
    for each in found:
        fact, term = each.fact, terms()[each.fact.key]
        told = [k for k in kept if k.fact.key == fact.key and _same(k.fact.value, fact.value, term)]
        known = [k for k in told if k.fact.scope == fact.scope or (each.tabled and k.fact.scope is None)]
        if (
            known
            and known[0].fact.scope == fact.scope
            and _tells(each)
            and not (_tells(known[0]) or each.fact.key in _ONCE)
        ):
            kept.remove(known[0])
            kept.append(each)
        elif not known and not (told and fact.key in _ONCE):
            kept.append(each)
    return kept


def _tells(found: Found) -> bool:
    return not found.tabled and bool(_RECIPE.search(found.fact.source.section or ""))


def _same(first: JsonValue, second: JsonValue, term: Term) -> bool:
    if term.kind == "text" and isinstance(first, str) and isinstance(second, str):
        return set(re.findall(r"\w+", second.lower())) <= set(re.findall(r"\w+", first.lower()))
    return same_value(first, second, term)
