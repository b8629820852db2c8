"""What a paper says of a symbol, in the many ways in which papers say it."""

from __future__ import annotations

import pytest

from paper_implementer.tools.papers.notation import Notation, paper_notation
from paper_implementer.tools.papers.paper import Block, Paper, SourceFormat


def read(text: str, format: SourceFormat = "latex") -> Notation:
    """The notation of a paper that has one paragraph."""
    return paper_notation(Paper(id="p", source_format=format, blocks=[Block(id="par:1", kind="paragraph", text=text)]))


def meanings(text: str, format: SourceFormat = "latex") -> dict[str, str | None]:
    return {s.symbol: s.meaning for s in read(text, format).symbols}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # where X is ...
        (r"where $\tau$ is a temperature and $N$ is the number of negatives.", {"τ": "temperature", "N": "number of negatives"}),
        (r"Here, $c_t$ denotes the context vector, which is computed anew.", {"c_t": "context vector"}),
        (r"where $\lambda > 0$ represents the strength of the penalty;", {"λ": "strength of the penalty"}),
        (r"$\rho$ stands for the keep probability.", {"ρ": "keep probability"}),
        (r"where $\mu$ and $\sigma$ are the mean and standard deviation of the batch, respectively.",
         {"μ": "mean of the batch", "σ": "standard deviation of the batch"}),
        (r"where $N_s$ and $N_r$ are the numbers of shared blocks and routed blocks, respectively.",
         {"N_s": "number of shared blocks", "N_r": "number of routed blocks"}),
        (r"$U$ and $D$ are the up-projection and down-projection matrices, respectively.",
         {"U": "up-projection matrix", "D": "down-projection matrix"}),
        (r"with $m$ being the margin.", {"m": "margin"}),
        (r"where $\gamma$ is a hyper-parameter called decay speed.", {"γ": "decay speed"}),
        (r"The weight $w$ is positive, where $\beta$ controls the sharpness of the gate.", {"β": "controls the sharpness of the gate"}),
        # let X be ...
        (r"Let $x$ be the input image and let $K$ denote the number of classes.", {"x": "input image", "K": "number of classes"}),
        (r"Denote by $q$ the output of the gate.", {"q": "output of the gate"}),
        (r"With $g_t$ we denote the gradient at that point.", {"g_t": "gradient at that point"}),
        (r"We use $r$ to denote the rank of an adapter.", {"r": "rank of an adapter"}),
        # names before symbols
        (r"We train with a learning rate $\eta$ and momentum $\mu$.", {"η": "learning rate", "μ": "momentum"}),
        (r"It has queries and keys of dimension $d_k$.", {"d_k": "dimension of queries and keys"}),
        (r"The query matrix $Q$, the key matrix $K$ and the value matrix $V$ are linear.",
         {"Q": "query matrix", "K": "key matrix", "V": "value matrix"}),
        (r"Let us fix the number of heads $h$.", {"h": "number of heads"}),
        (r"The projection matrices $A$ and $B$ are trained.", {"A": "projection matrix", "B": "projection matrix"}),
        (r"We denote the hidden size as $H$.", {"H": "hidden size"}),
        (r"the hidden states, denoted by $h$, and the set of tokens, denoted by $V$.", {"h": "hidden states", "V": "set of tokens"}),
        (r"averages of the gradient ($m$) and the squared gradient ($v$) are kept.",
         {"m": "averages of the gradient", "v": "averages of the squared gradient"}),
        (r"We call the width of a layer $w$.", {"w": "width of a layer"}),
        (r"We use dropout with a rate of $p=0.1$ and label smoothing of value $\epsilon_{ls}=0.1$.", {"ϵ_ls": "label smoothing"}),
        (r"We denote the parameters of the network by $\Theta$.", {"Θ": "parameters of the network"}),
        (r"where $q_i$ and $k_j$ are the $i$-th and $j$-th columns of $A$ and $B$, respectively.",
         {"q_i": "$i$-th column of $A$", "k_j": "$j$-th column of $B$"}),
        (r"where $z$ is the image indexed by $x$, $d(\cdot)$ is a random shift and $f(\cdot)$ is a trained network.",
         {"z": "image indexed by $x$", "d": "random shift", "f": "trained network"}),
        (r"In the $l^{th}$ layer it is one.", {"l": "index of the layer"}),
        (r"It learns to tokenize images $x$ by sampling tokens $v$.", {"x": "images", "v": "tokens"}),
        (r"$z$ and $r$ are outputs of the student model and the teacher model, respectively.",
         {"z": "output of the student model", "r": "output of the teacher model"}),
        (r"The box has width and height $w$, $h$ in it.", {"w": "width", "h": "height"}),
        (r"其中 $x$ 表示输入向量，$W$ 为权重矩阵。", {"x": "输入向量", "W": "权重矩阵"}),
        # counting
        (r"The encoder is a stack of $L=12$ identical layers.", {"L": "number of identical layers"}),
        (r"It has $h$ attention heads.", {"h": "number of attention heads"}),
        (r"a $d$-dimensional vector is added.", {"d": "dimension of vector"}),
        # lists and algorithms
        (r"- $\alpha$: step size", {"α": "step size"}),
        (r"Require: $\beta_1, \beta_2 \in [0, 1)$: decay rates of the averages",
         {"β_1": "decay rate of the averages", "β_2": "decay rate of the averages"}),
        (r"Input: memory $m$, ratio $r$, initial weights $w_0$", {"m": "memory", "r": "ratio", "w_0": "initial weights"}),
    ],
)  # fmt: skip
def test_a_definition(text: str, expected: dict[str, str]) -> None:
    found = meanings(text)
    assert {symbol: found.get(symbol) for symbol in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where τ is a temperature and d_{k} is the dimension of the keys.", {"τ": "temperature", "d_k": "dimension of the keys"}),
        ("We train with a learning rate η = 0.1 on it.", {"η": "learning rate"}),
        ("Given a weight matrix W ∈ R^{d×k}, we add to it.", {"W": "weight matrix"}),
        ("We denote the number of layers as L and the hidden size as H.", {"L": "number of layers", "H": "hidden size"}),
        ("The matrices A and B are multiplied; a step is taken w.r.t. the loss.", {"A": "matrix", "B": "matrix"}),
    ],
)  # fmt: skip
def test_formulas_that_nothing_marks(text: str, expected: dict[str, str]) -> None:
    found = meanings(text, "pdf")
    assert {symbol: found.get(symbol) for symbol in expected} == expected
    assert "w" not in found


@pytest.mark.parametrize(
    "text",
    [
        r"If $x$ is the largest, stop.",
        r"It is small when $x$ is large.",
        r"We divide each by $n$ and apply it to $y$.",
        r"See Section $A$ and Figure $B$.",
        r"It is computed as $\mathrm{softmax}(x)$.",
        r"The state of the $t$-th token $h$ goes on.",
        r"The panels $(a)$ and $(b)$ differ.",
        r"A model with hard targets $(q = 0.0)$ is trained.",
        r"Let $w(l, k), l = 1, 2, k = 1, 2$ go.",
        r"It decays at a rate of $t^{-1}$ and has dimension $m$ - 1.",
        r"Training recurrent neural $W$ networks, which maps $g$ away.",
        r"A cost of \$5 and \$6 is paid.",
        r"c: Writer et al. (2021)",
    ],
)
def test_no_definition(text: str) -> None:
    assert [s for s in read(text).symbols if s.symbol not in ("t",)] == []


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (r"the weight matrix $W \in \mathbb{R}^{n \times d_k}$", "n × d_k"),
        (r"the weight matrix $W \in \mathbb{R}^{h d_v \times d_{\text{model}}}$", "h·d_v × d_model"),
        (r"the gate $W \in \mathbb{R}$", "scalar"),
        (r"the gate $W \in [0, 1]$", "scalar in [0, 1]"),
        (r"the mask $W \in \{0, 1\}^{n \times n}$", "n × n"),
        (r"where $W$ is a matrix of size $m \times n$.", "m × n"),
        (r"where $W$ is the weight vector.", "vector"),
        (r"the weight matrices $V$, $W \in \mathbb{R}^{a \times b}$", "a × b"),
        (r"the weight matrices $W$ and $V \in \mathbb{R}^{a \times b}$", "a × b"),
    ],
)
def test_a_shape(text: str, shape: str) -> None:
    assert next(s.shape for s in read(text).symbols if s.symbol == "W") == shape


def test_the_symbol_is_told_from_its_decorations() -> None:
    text = r"where $\hat{y}$ is the prediction, $\mathcal{L}$ is the loss and $W^{Q}$ is the query projection."
    found = {s.symbol: s.latex for s in read(text).symbols}
    assert found == {"ŷ": r"\hat{y}", "L": r"\mathcal{L}", "W^Q": "W^Q"}
