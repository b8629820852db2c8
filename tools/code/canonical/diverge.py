"""Where two units stop computing the same.

Inputs of both are paired so that as many expressions as possible have equal numbers (see `numbering`). An expression of mine
that has no equal on the other side, although what it is made of has, is a divergence; its counterpart is the official
expression made of the same things. The counterpart's number is put in its place; the divergence is believed only if
what mine computes from it then meets the official code again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..concepts import concepts, likeness, split
from .credible import EXTRA, credible
from .expression import TRANSPARENT, Expr, walk
from .facts import View
from .layers import NORMS, alternatives
from .numbering import Key, Numbering, atom_key, chosen, part_counts, rounded

Skeleton = tuple["str | Skeleton", ...]
MAX_NODES = 2_500
MAX_ATOMS = 36
MAX_PATCHES = 8
_TRIVIAL = {
    "tuple",
    "list",
    "dict",
    "slice",
    "return",
    "buffer",
    "if",
    "for",
    "with",
    "instance",
    "partial",
    "while",
    "closure",
    "star",
    "setattr",
    "filter",
    "called",
}


@dataclass(frozen=True)
class Divergence:
    """One place where the units part.

    **Arguments:**

    - `gain`: how many expressions of mine meet the official code again once this is mended.
    - `final`: it is what the unit returns, so that nothing after it can tell.
    """

    mine: Expr
    official: Expr
    gain: int
    final: bool


@dataclass
class Outcome:
    """What comparing two units gave.

    **Arguments:**

    - `matched`: share of my expressions that have an equal official one.
    - `equal`: everything that my unit returns or sets, the official one computes too.
    - `mended`: they do once the divergences inside are put right.
    - `pairs`: inputs that play the same part.
    """

    matched: float
    equal: bool
    mended: bool = False
    divergences: list[Divergence] = field(default_factory=list)
    pairs: dict[Key, Key] = field(default_factory=dict)
    defaults: list[tuple[Expr, Expr]] = field(default_factory=list)


@dataclass
class Atom:
    """An input of a unit."""

    key: Key
    expr: Expr
    uses: Counter[str]
    default: float | None

    @property
    def name(self) -> str:
        """The identifier."""
        return self.key[1].rpartition(".")[2]


def live_nodes(view: View) -> list[Expr]:
    """The expressions that the unit computes at its defaults and that something uses or returns."""
    return [n for n in view.nodes if n.op not in _TRIVIAL]


def atoms_of(view: View) -> list[Atom]:
    """All inputs, with what uses them."""
    found: dict[Key, Atom] = {}
    for node in view.nodes:
        for child in (node, *node.children()):
            key = atom_key(child)
            if key is None:
                continue
            atom = found.setdefault(key, Atom(key, child, Counter(), child.number()))
            if child is not node and (node.op not in _TRIVIAL or node.op in ("tuple", "slice")):
                place = next((i for i, a in enumerate(node.args) if a is child), 9)
                sided = node.op in ("-", "/", "**", "matmul", "getitem")
                atom.uses[f"{node.op}{place if sided else ''}"] += 1
    return [a for a in found.values() if a.uses]


def affinity(a: Atom, b: Atom) -> float:
    """How likely two inputs play the same part, by names, defaults and uses."""
    if (a.key[0] == "choice") != (b.key[0] == "choice"):
        return -1.0
    if _flag(a) != _flag(b) and (a.default is not None or b.default is not None):
        return -1.0
    total = sum((a.uses | b.uses).values())
    score = sum((a.uses & b.uses).values()) / total if total else 0.0
    score += 0.8 * likeness(concepts(a.name), concepts(b.name))
    if a.default is not None and b.default is not None:
        score += 0.5 if a.default == b.default else 0.1
    elif (a.default is None) != (b.default is None):
        score -= 0.2
    if (a.key[0] == "parameter") != (b.key[0] == "parameter"):
        score -= 0.3
    if a.key[0] == b.key[0]:
        score += 0.5 if a.key[0] == "choice" else 0.1
    return score


_NAMED = {"temperature", "smoothing", "epsilon", "dropout", "margin", "gamma", "ema", "warmup", "clip"}
"""Concepts whose parameters mean the same wherever they stand."""
_SIZES = {
    "layer", "in_features", "out_features", "in_channels", "out_channels", "normalized_shape", "num_features", "num_channels",
    "num_embeddings", "embedding_dim", "dtype", "device", "training", "inplace", "keepdim",
}  # fmt: skip
_SPOKEN = {"print", "format", "info", "debug", "warning", "write", "%", "f-string"}
_SMALL = {
    "+", "-", "*", "/", "**", "neg", "list", "tuple", "sqrt", "rsqrt", "square", "sum", "mean", "silu", "gelu", "relu", "sigmoid", "tanh",
    "apply", "exp", "log", "abs", "clamp", "dropout", "norm", "matmul", "logsigmoid", "maximum", "minimum", "where",
}  # fmt: skip
"""Operations that are looked through when one asks what an expression is made of."""


def _flag(atom: Atom) -> bool:
    return bool(atom.expr.args) and isinstance(atom.expr.args[0].value, bool)


class Comparer:
    """Compares one unit of mine with one of the official code."""

    def __init__(self, mine: View, official: View) -> None:
        self.mine, self.official = mine, official
        self.my_nodes, self.their_nodes = live_nodes(mine), live_nodes(official)
        self.my_atoms, self.their_atoms = atoms_of(mine), atoms_of(official)
        self.dropout = _has_dropout(mine) and _has_dropout(official)
        self.eps = _eps_given(mine) and _eps_given(official)
        self.my_parts, self.their_parts = part_counts(mine), part_counts(official)
        self.steps = 0
        self.mended = False
        self.affinities: dict[tuple[Key, Key], float] = {}
        self.relevant = self._relevant()
        self.their_finals = {id(_bare(r)) for r in self._results(official, everywhere=True)}
        kinds = [n.op for n in mine.nodes if n.op in ("silu", "gelu", "relu", "tanh", "sigmoid")]
        self.activation = kinds[0] if kinds else "silu"

    def run(self) -> Outcome | None:
        """The outcome; None where the units are too large to compare so."""
        if max(len(self.my_nodes), len(self.their_nodes)) > MAX_NODES or len(self.my_atoms) > MAX_ATOMS:
            return None
        if not self.my_nodes or not self.their_nodes:
            return None
        theirs = self._official({a.key for a in self.their_atoms})
        pairs = self._complete(self._climb(self._pair(theirs), theirs))
        if any(a.default is not None and a.key not in pairs.values() for a in self.their_atoms):
            theirs = self._official(set(pairs.values()))
        numbers = self._numbers(pairs)
        matched, total = self._matched(numbers, theirs)
        outcome = Outcome(matched / max(total, 1), self._equal(numbers, theirs), pairs=pairs)
        patched: dict[int, float] = {}
        if not outcome.equal or self._returned(pairs, numbers):
            outcome.divergences = self._patch(pairs, theirs, patched)
            outcome.mended = bool(outcome.divergences) and not any(d.final for d in outcome.divergences) and self.mended
        outcome.defaults = self._defaults(pairs, self._numbers(pairs, patched), theirs)
        return outcome

    def quick(self) -> float:
        """The share of my expressions that match at the first pairing of inputs."""
        if max(len(self.my_nodes), len(self.their_nodes)) > MAX_NODES or len(self.my_atoms) > MAX_ATOMS:
            return 0.0
        theirs = self._official({a.key for a in self.their_atoms})
        matched, total = self._matched(self._numbers(self._pair(theirs)), theirs)
        return matched / max(total, 1.0)

    # -- numbers

    def _numbers(self, pairs: dict[Key, Key], patched: dict[int, float] | None = None) -> Numbering:
        values = {a: _value_of(b) for a, b in pairs.items()}
        numbers = Numbering(
            values,
            "mine",
            self.dropout,
            dict(patched or {}),
            parts=self.my_parts,
            activation=self.activation,
            eps=self.eps,
        )
        for node in self.my_nodes:
            numbers.number(node)
        return numbers

    def _official(self, free: set[Key]) -> dict[float, Expr]:
        """The official numbers: each input in `free` any number, the others their defaults."""
        values = {a.key: _value_of(a.key) for a in self.their_atoms if a.key in free or a.default is None}
        self.theirs = Numbering(
            values, "official", self.dropout, parts=self.their_parts, activation=self.activation, eps=self.eps
        )
        found: dict[float, Expr] = {}
        for node in self.their_nodes:
            found.setdefault(rounded(self.theirs.number(node)), node)
        for value, node in list(found.items()):
            found.setdefault(-value, node)
        self.their_numbers = found
        return found

    def _matched(self, numbers: Numbering, theirs: dict[float, Expr]) -> tuple[float, float]:
        """How many of my expressions have an equal, and how many there are, each structure once."""
        seen: set[int] = set()
        matched = 0
        for node in self.my_nodes:
            if id(node) not in self.relevant or node.key in seen:
                continue
            if node.op in TRANSPARENT or atom_key(node) is not None or _leaf(node):
                continue
            seen.add(node.key)
            value = rounded(numbers.number(node))
            matched += value != 0 and value in theirs
        return float(matched), float(len(seen))

    # -- pairing of inputs

    def _pair(self, theirs: dict[float, Expr]) -> dict[Key, Key]:
        ranked = sorted(
            ((affinity(a, b), i, j) for i, a in enumerate(self.my_atoms) for j, b in enumerate(self.their_atoms)),
            reverse=True,
        )
        pairs: dict[Key, Key] = {}
        used: set[tuple[str, Key]] = set()
        for score, i, j in ranked:
            if score <= 0.3:
                break
            a, b = self.my_atoms[i].key, self.their_atoms[j].key
            if a not in pairs and (_method(a), b) not in used:
                pairs[a] = b
                used.add((_method(a), b))
        return pairs

    def _score(self, pairs: dict[Key, Key], theirs: dict[float, Expr]) -> float:
        self.steps += 1
        # A pair that names and defaults speak for outweighs a match that may be chance.
        named = sum(self._affinity(a, b) for a, b in pairs.items())
        return self._matched(self._numbers(pairs), theirs)[0] + named

    def _affinity(self, a: Key, b: Key) -> float:
        if (a, b) not in self.affinities:
            mine = next(x for x in self.my_atoms if x.key == a)
            other = next(x for x in self.their_atoms if x.key == b)
            same_default = mine.default is not None and mine.default == other.default
            alike = likeness(concepts(mine.name), concepts(other.name))
            same_place = self._position(a, True) == self._position(b, False) != (0, 0)
            spoken_for = (
                alike >= 0.5 or same_default or (same_place and (alike > 0 or self._position(b, False)[1] == 1))
            )
            self.affinities[a, b] = 1.2 if spoken_for and affinity(mine, other) > 0.5 else 0.1 * affinity(mine, other)
        return self.affinities[a, b]

    def _complete(self, pairs: dict[Key, Key]) -> dict[Key, Key]:
        """Pair the one argument that two functions have left when all their others are paired with each other."""
        left = [a.key for a in self.my_atoms if a.key[0] == "arg" and a.default is None and a.key not in pairs]
        for key in left:
            homes = {_method(b) for a, b in pairs.items() if a[0] == "arg" and _method(a) == _method(key)}
            free = [
                b.key
                for b in self.their_atoms
                if b.key[0] == "arg" and b.default is None and b.key not in pairs.values()
            ]
            free = [b for b in free if homes == {_method(b)}]
            if len(free) == 1 and sum(_method(k) == _method(key) for k in left) == 1:
                pairs = {**pairs, key: free[0]}
        return pairs

    def _position(self, key: Key, mine: bool) -> tuple[int, int]:
        """Which of how many parameters of its function an input is; (0, 0) where it is none."""
        view = self.mine if mine else self.official
        for symbol, parameters in view.result.parameters.items():
            names = [f"{symbol}.{p.value}" for p in parameters]
            if key[0] == "arg" and key[1] in names:
                required = [n for n, p in zip(names, parameters, strict=True) if not p.args]
                return (required.index(key[1]) + 1, len(required)) if key[1] in required else (0, 0)
        return 0, 0

    def _climb(self, pairs: dict[Key, Key], theirs: dict[float, Expr]) -> dict[Key, Key]:
        budget = max(20, min(600, 90_000 // (len(self.my_nodes) + 1)))
        best = self._score(pairs, theirs)
        by_key = {a.key: a for a in self.my_atoms}
        others = {a.key: a for a in self.their_atoms}
        improved = True
        while improved and self.steps < budget:
            improved = False
            for trial in self._method_moves(pairs):
                if self.steps >= budget:
                    return pairs
                score = self._score(trial, theirs)
                if score > best:
                    best, pairs, improved = score, {**pairs, **trial}, True
            for a in sorted(by_key, key=lambda k: (k[0] != "choice", k in pairs)):
                choices: list[Key | None] = [
                    *sorted(
                        (b for b in others if b != pairs.get(a) and affinity(by_key[a], others[b]) > -0.5),
                        key=lambda b: -affinity(by_key[a], others[b]),
                    )[:5]
                ]
                for b in (*choices, None):
                    if self.steps >= budget:
                        return pairs
                    trial = dict(pairs)
                    holder = next((k for k, v in pairs.items() if v == b and _method(k) == _method(a)), None)
                    old = trial.pop(a, None)
                    if b is not None:
                        trial[a] = b
                        if holder is not None:
                            trial.pop(holder)
                            if old is not None:
                                trial[holder] = old
                    score = self._score(trial, theirs)
                    if score > best:
                        best, pairs, improved = score, trial, True
        return pairs

    def _method_moves(self, pairs: dict[Key, Key]) -> Iterable[dict[Key, Key]]:
        """All parameters of one of my methods moved to those of one official method together."""
        mine: dict[str, list[Atom]] = {}
        official: dict[str, list[Atom]] = {}
        for atoms, groups in ((self.my_atoms, mine), (self.their_atoms, official)):
            for atom in atoms:
                if atom.key[0] == "arg":
                    groups.setdefault(_method(atom.key), []).append(atom)
        for group in mine.values():
            if len(group) < 2:
                continue
            moves = []
            for other in official.values():
                ranked = sorted(
                    ((affinity(a, b), i, j) for i, a in enumerate(group) for j, b in enumerate(other)), reverse=True
                )
                move: dict[Key, Key] = {}
                total = 0.0
                for score, i, j in ranked:
                    if score > 0 and group[i].key not in move and other[j].key not in move.values():
                        move[group[i].key] = other[j].key
                        total += score
                if len(move) >= 2:
                    moves.append((total, move))
            moves.sort(key=lambda m: -m[0])
            for _, move in moves[:8]:
                yield {**pairs, **move}

    # -- results

    def _results(self, view: View, everywhere: bool = False) -> list[Expr]:
        found = list(view.result.returns.values())
        for node in view.nodes:
            if node.op in ("setattr", "buffer"):
                found.append(node.args[-1])
        own = view.name
        effects = [
            n for n in view.nodes if everywhere or (n.where.symbol.split(".")[0] == own and n.where.file == view.file)
        ]
        if not any(r.op != "const" for r in found):
            found += [n for n in effects if n.op in ("+", "-", "*", "where") and not view.users.get(id(n))]
        flat: list[Expr] = []
        for r in found:
            flat += r.args if r.op in ("tuple", "list") else [r]
        return [b for r in flat for b in alternatives(r) if b.op not in ("const", "arg", "self")]

    def _equal(self, numbers: Numbering, theirs: dict[float, Expr]) -> bool:
        results = [r for r in self._results(self.mine) if r.args]
        results += [
            b
            for n in self.my_nodes
            if n.op == "phi" and id(n) in self.relevant
            for b in n.args[1:]
            if not _leaf(b) and atom_key(b) is None
        ]
        return (
            bool(results)
            and all(rounded(numbers.number(r)) in theirs for r in results)
            and not self._short(numbers, theirs)
        )

    def _returned(self, pairs: dict[Key, Key], numbers: Numbering) -> list[Divergence]:
        """Of methods that return several values and agree in the first: those in which they do not."""
        found: list[Divergence] = []
        for symbol, value in self.mine.result.returns.items():
            homes = {_method(b) for a, b in pairs.items() if a[0] == "arg" and _method(a) == symbol}
            other = self.official.result.returns.get(next(iter(homes))) if len(homes) == 1 else None
            if other is None or value.op != "tuple" or other.op != "tuple" or len(value.args) < 2:
                continue
            for i, (a, b) in enumerate(zip(value.args, other.args, strict=False)):
                same = rounded(numbers.number(a)) == rounded(self.theirs.number(b))
                if i == 0 and not same:
                    break
                if not same and _leaf_values(a, numbers):
                    found.append(Divergence(a, _inner(b), 1, True))
        return found

    def _short(self, numbers: Numbering, theirs: dict[float, Expr]) -> Divergence | None:
        """My function returns what the official one only builds its result from."""
        mine = [r for r in self._results(self.mine) if r.args]
        official = [r for r in self._results(self.official) if r.args]
        if (
            self.mine.is_class
            or (self.official.is_class and len(self.official.result.returns) != 1)
            or len(mine) != 1
            or len(official) != 1
        ):
            return None
        value = abs(rounded(numbers.number(mine[0])))
        if value == abs(rounded(self.theirs.number(official[0]))) or value not in _leaf_values(
            official[0], self.theirs
        ):
            return None
        return Divergence(mine[0], official[0], 1, True)

    def _defaults(
        self, pairs: dict[Key, Key], numbers: Numbering, theirs: dict[float, Expr]
    ) -> list[tuple[Expr, Expr]]:
        """Parameters that play the same part, as what is made of both shows, at different defaults."""
        mine = {a.key: a for a in self.my_atoms}
        official = {a.key: a for a in self.their_atoms}
        found = []
        for a, b in pairs.items():
            x, y = mine[a], official[b]
            if x.default is None or y.default is None or x.default == y.default or a[0] != "arg" or b[0] != "arg":
                continue
            users = [n for n in self.mine.nodes if any(atom_key(c) == a for c in n.children()) and n.op not in _TRIVIAL]
            if _flag(x) or _flag(y):
                continue
            met = any(
                rounded(numbers.number(n)) in theirs for n in users if not n.op.startswith(("nn.", "super", "instance"))
            )
            if (
                met
                or (set(split(x.name)) & set(split(y.name)) and likeness(concepts(x.name), concepts(y.name)) >= 0.5)
                or _NAMED & concepts(x.name) & concepts(y.name)
            ):
                found.append((x.expr, y.expr))
        return found

    # -- divergences

    def _relevant(self) -> set[int]:
        """My expressions that a result is made of; sizes of layers are no part of a result."""
        found: set[int] = set()
        stack = list(self._results(self.mine))
        while stack:
            node = stack.pop()
            if id(node) in found or node.op.startswith("nn."):
                continue
            found.add(id(node))
            if atom_key(node) is not None:
                continue
            if node.op in TRANSPARENT:
                stack += node.args[:1]
                continue
            stack += node.args
            stack += [v for k, v in node.kw.items() if k not in _SIZES]
        return found

    def _patch(self, pairs: dict[Key, Key], theirs: dict[float, Expr], patched: dict[int, float]) -> list[Divergence]:
        found: list[Divergence] = []
        short = self._short(self._numbers(pairs), theirs)
        if short is not None:
            return [short]
        found += self._returned(pairs, self._numbers(pairs))
        tried: set[tuple[int, int]] = set()
        for _ in range(MAX_PATCHES):
            numbers = self._numbers(pairs, patched)
            if self._equal(numbers, theirs) and found:
                self.mended = True
                break
            base, _ = self._matched(numbers, theirs)
            values = {rounded(numbers.number(n)) for n in self.my_nodes}
            best: tuple[tuple[float, ...], Divergence, dict[int, float]] | None = None
            finals = {id(_bare(r)) for r in self._results(self.mine)}
            for node in self._first(numbers, theirs, patched):
                for other in self._counterparts(node, numbers, theirs, values, finals):
                    if (id(node), id(other)) in tried:
                        continue
                    tried.add((id(node), id(other)))
                    if len(tried) > 400:
                        return found
                    value = self.theirs.number(other)
                    trial = {**patched, id(node): value}
                    after, _ = self._matched(self._numbers(pairs, trial), theirs)
                    gain = after - base - 1
                    final = id(node) in finals or id(_bare(node)) in finals
                    if final and gain < 1 and self._scattered(node, pairs):
                        continue
                    meets = (gain >= 1 and value != 0) or (
                        final and gain >= 0 and self._same_parts(node, other, numbers)
                    )
                    if meets and credible(node, other, gain) and not (gain < 1 and self._alike(node, other, pairs)):
                        overlap = self._overlap(node, other, numbers)
                        rank = (gain, overlap, -_size(other))
                        if best is None or rank > best[0]:
                            best = rank, Divergence(node, other, int(gain), final), trial
            if best is None:
                break
            if not self._alike(best[1].mine, best[1].official, pairs):
                found.append(self._sharpened(best[1], numbers))
            patched.update(best[2])
        return found

    def _sharpened(self, found: Divergence, numbers: Numbering) -> Divergence:
        """The same divergence at the smallest official part that mine lacks, where there is one such part."""
        values = {rounded(numbers.number(n)) for n in self.my_nodes}
        novel = [
            n
            for n in walk(found.official, 60)
            if n is not found.official
            and n.op in ("/", "*")
            and rounded(self.theirs.number(n)) not in values
            and all(rounded(self.theirs.number(_bare(c))) in values and atom_key(_bare(c)) is not None for c in n.args)
        ]
        if len({rounded(self.theirs.number(n)) for n in novel}) != 1 or found.mine.op != "*":
            return found
        parts = {rounded(self.theirs.number(c)) for c in novel[0].args}
        inside = {id(n) for n in walk(found.mine, 60)}
        mine = next(
            (
                n
                for n in self.my_nodes
                if id(n) in inside and n.op in TRANSPARENT and rounded(numbers.number(n)) in parts
            ),
            found.mine,
        )
        return replace(found, mine=mine, official=novel[0])

    def _first(self, numbers: Numbering, theirs: dict[float, Expr], patched: dict[int, float]) -> Iterable[Expr]:
        """My expressions that match nothing although all that they are made of does."""
        seen: set[float] = set()
        relevant = self.relevant
        for node in self.my_nodes:
            if (
                id(node) in patched
                or id(node) not in relevant
                or node.op in TRANSPARENT
                or node.op in ("const", "phi", "item", "getitem")
                or _leaf(node)
            ):
                continue
            value = rounded(numbers.number(node))
            if value in theirs or value in seen or atom_key(node) is not None:
                continue
            if all(self._known(a, numbers, theirs) for a in node.children() if a is not node.kw.get("layer")):
                seen.add(value)
                yield node

    def _known(self, expr: Expr, numbers: Numbering, theirs: dict[float, Expr], depth: int = 0) -> bool:
        """Whether a value is one of the official code's, or a small combination of such values."""
        bare = _bare(expr)
        if atom_key(bare) is not None or _leaf(bare) or bare.op in ("size", "len"):
            return True
        if rounded(numbers.number(bare)) in theirs:
            return True
        return depth < 3 and bare.op in _SMALL and all(self._known(a, numbers, theirs, depth + 1) for a in bare.args)

    def _counterparts(
        self, node: Expr, numbers: Numbering, theirs: dict[float, Expr], values: set[float], finals: set[int]
    ) -> list[Expr]:
        """Official expressions that mine lacks, made of what `node` is made of."""
        parts = {v for v in _leaf_values(node, numbers) if v in theirs or -v in theirs}
        ranked: list[tuple[float, int, Expr]] = []
        for value, other in theirs.items():
            if value in values or other.op in TRANSPARENT or _leaf(other) or other.op in _TRIVIAL or self._told(other):
                continue
            leaves = _leaf_values(other, self.theirs)
            shared = len(parts & leaves)
            if shared:
                alike = _class(other.op) == _class(node.op)
                end = id(node) in finals and id(_bare(other)) in self.their_finals
                ranked.append((shared / len(parts | leaves) + alike + end, -_size(other), other))
        ranked.sort(key=lambda r: (-r[0], -r[1]))
        without = []
        for inner in node.args[: 1 if node.op != "+" else 2] if node.op in EXTRA else ():
            same = theirs.get(rounded(numbers.number(_bare(inner))))
            if same is not None and not _leaf(same) and atom_key(same) is None:
                without.append(same)
        return [*without, *(r[2] for r in ranked[:14])]

    def _told(self, node: Expr) -> bool:
        """Whether an official value is only printed."""
        users = self.official.users.get(id(node), [])
        return bool(users) and all(u.op in _SPOKEN for u in users)

    def _alike(self, node: Expr, other: Expr, pairs: dict[Key, Key]) -> bool:
        """Whether both are built alike of inputs of which the official ones have no partner: only the pairing is at fault."""
        official = _required(other) - set(pairs.values())
        if official and skeleton(node) == skeleton(other):
            return True
        mine = _required(node) - set(pairs)
        if len(mine) != 1 or len(official) != 1:
            return False
        paired = self._numbers({**pairs, mine.pop(): official.pop()})
        return rounded(paired.number(node)) == rounded(self.theirs.number(other))

    def _scattered(self, node: Expr, pairs: dict[Key, Key]) -> bool:
        """Whether the parameters of my method were paired with those of several official methods: no basis for a verdict."""
        method = node.where.symbol
        homes = {_method(b) for a, b in pairs.items() if a[0] == "arg" and _method(a) == method}
        return len(homes) > 1

    def _same_parts(self, node: Expr, other: Expr, numbers: Numbering) -> bool:
        """Whether two results are made of the same things, so that they are meant to be the same."""
        free = {abs(rounded(numbers.number(a.expr))) for a in self.my_atoms if a.default is not None}
        values = {abs(rounded(numbers.number(n))) for n in self.my_nodes}
        mine = _made_of(node, numbers, {abs(v) for v in self.their_numbers}) - free
        theirs = _made_of(other, self.theirs, values)
        shared = len(mine & theirs)
        if _class(node.op) == _class(other.op) and shared == len(mine) and shared:
            return True
        return shared >= 2 and shared >= 0.4 * len(mine | theirs)

    def _overlap(self, node: Expr, other: Expr, numbers: Numbering) -> float:
        mine, theirs = _leaf_values(node, numbers), _leaf_values(other, self.theirs)
        end = id(_bare(other)) in self.their_finals
        return len(mine & theirs) / max(len(mine | theirs), 1) + 0.5 * (_class(node.op) == _class(other.op)) + end


def _required(expr: Expr) -> set[Key]:
    """The parameters without default that an expression is made of."""
    return {k for n in walk(expr, 200) if n.op == "arg" and not n.args and (k := atom_key(n)) is not None}


def skeleton(expr: Expr, depth: int = 24) -> Skeleton:
    """The operations of an expression, inputs left open."""
    expr = _bare(expr)
    if expr.op == "phi":
        return skeleton(chosen(expr), depth)
    if atom_key(expr) is not None or expr.op == "const" or not depth:
        return ("input",)
    if expr.op in ("list", "tuple") and len(expr.args) == 1:
        return skeleton(expr.args[0], depth - 1)
    return (expr.op, *(skeleton(a, depth - 1) for a in expr.args))


def _made_of(expr: Expr, numbers: Numbering, known: set[float], depth: int = 5) -> set[float]:
    """The numbers that an expression is made of: those that the other side has too, else inputs."""
    found: set[float] = set()
    for child in expr.children():
        bare = _bare(child)
        if bare.op in ("const", "instance", "global") or child is expr.kw.get("layer"):
            continue
        value = abs(rounded(numbers.number(bare)))
        if depth and value not in known and bare.op in _SMALL:
            found |= _made_of(bare, numbers, known, depth - 1)
        elif not (bare.op in ("attr", "item") and bare.value in ("device", "dtype")):
            found.add(value)
    return found


def _leaf_values(expr: Expr, numbers: Numbering, depth: int = 3) -> set[float]:
    """The numbers of what an expression is made of, down to small combinations."""
    found: set[float] = set()
    for child in expr.children():
        bare = _bare(child)
        if bare.op in ("instance",) or child is expr.kw.get("layer"):
            continue
        if bare.op != "const":
            found.add(abs(rounded(numbers.number(bare))))
        if depth > 1 and bare.op in _SMALL:
            found |= _leaf_values(bare, numbers, depth - 1)
    return found


def _value_of(key: Key) -> float:
    return random.Random(f"{key}").uniform(0.3, 0.95)


def _method(key: Key) -> str:
    return key[1].rpartition(".")[0] if key[0] == "arg" else key[0]


def _inner(expr: Expr) -> Expr:
    """What is computed, under views, casts and selections."""
    while (expr.op in TRANSPARENT or expr.op in ("getitem", "gather", "buffer")) and expr.args:
        expr = expr.args[0]
    return expr


def _class(op: str) -> str:
    return {"-": "+", "/": "*", "rsqrt": "sqrt", "sum": "mean"}.get(op, op)


def _leaf(expr: Expr) -> bool:
    return next(iter(expr.children()), None) is None


def _bare(expr: Expr) -> Expr:
    while (expr.op in TRANSPARENT or expr.op in ("return", "comp")) and expr.args:
        expr = expr.args[0]
    return expr


def _shallow(expr: Expr) -> bool:
    return sum(1 for _ in walk(expr, 12)) < 10


def _size(expr: Expr) -> int:
    return sum(1 for _ in walk(expr, 200))


def _eps_given(view: View) -> bool:
    return all(
        n.kw["eps"].constant() is not None or n.kw["eps"].op == "const" for n in view.of(*NORMS) if "eps" in n.kw
    )


def _has_dropout(view: View) -> bool:
    return any(n.op in ("dropout", "dropout1d", "dropout2d") for n in view.nodes)
