"""Transformers in closed form: parameters and operations, counted matrix by matrix."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Architecture(BaseModel):
    """The sizes of a transformer, of which everything else follows.

    **Arguments:**

    - `kind`: a decoder or an encoder of tokens, both, or an encoder of image patches.
    - `kv_heads`: heads of keys and values; `heads` where none is given. `head_size`: `hidden_size / heads` by default.
    - `gated`: three matrices in the feed-forward part (SwiGLU) instead of two.
    - `norm`: scale and shift (layer) or scale only (rms); `post_norm`: one norm after the embeddings instead of one at the end.
    - `learned_positions`: length of a learned table; 0 where positions are computed. `relative_buckets`: of T5.
    - `experts`, `active_experts`: feed-forward parts a layer, and how many of them a token visits.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["decoder", "encoder", "encoder-decoder", "vision"] = "decoder"
    layers: int = Field(gt=0, le=10_000)
    decoder_layers: int = Field(default=0, ge=0, le=10_000)
    hidden_size: int = Field(gt=0, le=1_000_000)
    heads: int = Field(gt=0, le=100_000)
    kv_heads: int = Field(default=0, ge=0)
    head_size: int = Field(default=0, ge=0)
    feedforward_size: int = Field(default=0, ge=0)
    gated: bool = False
    vocabulary_size: int = Field(default=0, ge=0)
    tied: bool = True
    qkv_bias: bool = True
    bias: bool = True
    norm: Literal["layer", "rms"] = "layer"
    post_norm: bool = False
    learned_positions: int = Field(default=0, ge=0)
    relative_buckets: int = Field(default=0, ge=0)
    token_types: int = Field(default=0, ge=0)
    pooler: bool = False
    experts: int = Field(default=1, gt=0)
    active_experts: int = Field(default=1, gt=0)
    image_size: int = Field(default=224, gt=0)
    patch_size: int = Field(default=16, gt=0)
    channels: int = Field(default=3, gt=0)
    classes: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _filled(self) -> Architecture:
        self.kv_heads = self.kv_heads or self.heads
        if self.heads % self.kv_heads:
            raise ValueError(f"{self.heads} heads do not share {self.kv_heads} heads of keys and values")
        if not self.head_size:
            if self.hidden_size % self.heads:
                raise ValueError(f"a width of {self.hidden_size} does not fall into {self.heads} heads")
            self.head_size = self.hidden_size // self.heads
        self.feedforward_size = self.feedforward_size or 4 * self.hidden_size
        if self.kind == "encoder-decoder":
            self.decoder_layers = self.decoder_layers or self.layers
        if self.active_experts > self.experts:
            raise ValueError(f"a token cannot visit {self.active_experts} of {self.experts} experts")
        return self

    @property
    def patches(self) -> int:
        """Tokens of an image, the class token included."""
        return (self.image_size // self.patch_size) ** 2 + 1

    def attention_weights(self) -> int:
        """Numbers in the four matrices of one attention."""
        wide, narrow = self.heads * self.head_size, self.kv_heads * self.head_size
        return self.hidden_size * (2 * wide + 2 * narrow)

    def feedforward_weights(self) -> int:
        """Numbers in the matrices of one feed-forward part."""
        return (3 if self.gated else 2) * self.hidden_size * self.feedforward_size

    def parameters(self) -> dict[str, int]:
        """Count parameters by part; `active` are those that one token uses."""
        d, blocks = self.hidden_size, self.layers + self.decoder_layers
        norm = 2 * d if self.norm == "layer" else d
        attention = self.attention_weights()
        attention += (self.heads + 2 * self.kv_heads) * self.head_size * self.qkv_bias + d * self.bias
        feedforward = self.feedforward_weights() + ((self.gated + 1) * self.feedforward_size + d) * self.bias
        router = d * self.experts if self.experts > 1 else 0
        # A decoder beside an encoder has a second attention in each layer, and a norm before it.
        cross = self.decoder_layers * (attention + norm)
        embeddings = (self.vocabulary_size + self.learned_positions + self.token_types) * d
        embeddings += self.relative_buckets * self.heads * (2 if self.decoder_layers else 1)
        ends = norm * (2 if self.decoder_layers else 1)
        head = 0 if self.tied else self.vocabulary_size * d
        if self.kind == "vision":
            embeddings = (self.channels * self.patch_size**2 + 1) * d + (self.patches + 1) * d
            head = (d + 1) * self.classes
        if self.pooler:
            head += d * d + d
        parts = {
            "embeddings": embeddings,
            "attention": blocks * attention + cross,
            "feedforward": blocks * (self.experts * feedforward + router),
            "norms": blocks * 2 * norm + ends,
            "head": head,
        }
        # The norms of cross-attention were counted with it.
        total = sum(parts.values())
        idle = blocks * (self.experts - self.active_experts) * feedforward
        return {"total": total, "active": total - idle, **parts}

    def forward_flops(self, sequence: int, target: int = 0) -> int:
        """Count operations (two a product and sum) of matrix products for one example.

        **Arguments:**

        - `sequence`: tokens of the example; `target`: tokens of the decoder beside an encoder, as many where none is given.
        """
        wide = self.heads * self.head_size
        attention = self.attention_weights()
        feedforward = self.active_experts * self.feedforward_weights()
        feedforward += self.hidden_size * self.experts if self.experts > 1 else 0
        # Scores and their product with values; a causal mask hides half, which is computed all the same.
        own = sequence * 2 * (attention + feedforward) + 4 * sequence**2 * wide
        total = self.layers * own
        last = sequence
        if self.decoder_layers:
            last = target or sequence
            total += self.decoder_layers * (last * 2 * (attention + feedforward) + 4 * last**2 * wide)
            queries, keys = 2 * self.hidden_size * wide, attention - 2 * self.hidden_size * wide
            total += self.decoder_layers * 2 * (last * queries + sequence * keys + 2 * last * sequence * wide)
        if self.kind == "vision":
            patch = self.channels * self.patch_size**2 * self.hidden_size
            return total + 2 * (sequence - 1) * patch + 2 * self.hidden_size * self.classes
        if self.pooler:
            total += 2 * self.hidden_size**2
        if self.kind == "encoder":
            return total
        return total + 2 * last * self.hidden_size * self.vocabulary_size
