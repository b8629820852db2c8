"""The tools that answer from the knowledge base: what a setting usually is, and how a component is written."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from paper_implementer.knowledge.component import Component
from paper_implementer.knowledge.lookup import DefaultAnswer

from .. import knowledge_markdown, markdown
from ..definition import tool


@tool(
    title="Look up a sourced default",
    render=markdown.defaults,
    example={"query": "adam betas", "method": "Transformer"},
)
async def lookup_default(
    query: Annotated[str, Field(description="a key, a usual name (lr, warmup, beam size), several, or a question")],
    method: Annotated[
        str | None, Field(description="method or component: Transformer, ViT-S/16, LayerNorm, AdamW")
    ] = None,
    scope: Annotated[
        str | None, Field(description="what it is for: base, ImageNet-1K, fine-tuning, a framework")
    ] = None,
    framework: Annotated[str | None, Field(description="torch, transformers, timm, keras, optax, ...")] = None,
    paper: Annotated[
        str | None, Field(description="a paper of the library whose silence is to be filled; its methods are used")
    ] = None,
    limit: Annotated[int, Field(ge=1, le=50)] = 10,
) -> DefaultAnswer:
    """Answer what a setting usually is when a paper does not say: papers, official code and library defaults, best first.

    Each fact names the place it was read from. Pitfalls and disagreements between sources come with it. Where nothing is
    known the answer is empty and says why; it never guesses.
    """
    from paper_implementer.knowledge.lookup import lookup_default as lookup
    from paper_implementer.knowledge.lookup import method_of

    if paper is not None and method is None:
        from paper_implementer.tools.papers.fetch import fetch_paper as fetch

        from ..state import library

        read = await fetch(paper, library())
        named = method_of(f"{read.title}\n{read.abstract}")
        method = named[0] if named else None
    return lookup(query, method=method, scope=scope, framework=framework, limit=limit)


@tool(
    title="Look up a component",
    render=knowledge_markdown.component,
    example={"name": "RMSNorm"},
)
async def lookup_component(
    name: Annotated[str, Field(description="any usual name: RoPE, grouped-query attention, focal loss, AdamW, LoRA")],
    framework: Annotated[str, Field(description="pytorch, jax, or keras (for TensorFlow too)")] = "pytorch",
) -> Component:
    """Give a standard component of the field: equations, a short reference implementation, usage, variants, edge cases,
    pitfalls and defaults with their places, and the independent libraries that tests hold the reference against.
    """
    from paper_implementer.knowledge.component import NoSuchComponent
    from paper_implementer.knowledge.component import lookup_component as lookup
    from paper_implementer.tools.errors import NotFound

    try:
        return lookup(name, framework)
    except NoSuchComponent as error:
        raise NotFound(f"{str(error)[0].upper()}{str(error)[1:]}.", "Ask with one of the names above.") from error
