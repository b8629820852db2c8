"""Settings as people and configuration files write them, brought to an `Architecture`."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from paper_implementer.tools.errors import BadReference

from .architecture import Architecture

_NAMES = {
    "layers": ("model.layers", "num_hidden_layers", "n_layer", "num_layers", "n_layers", "depth", "encoder_layers"),
    "decoder_layers": ("model.decoder_layers", "num_decoder_layers"),
    "hidden_size": ("model.hidden_size", "d_model", "n_embd", "dim", "embed_dim", "width"),
    "heads": ("attention.heads", "num_attention_heads", "n_head", "num_heads", "n_heads"),
    "kv_heads": ("attention.kv_heads", "num_key_value_heads", "n_kv_heads"),
    "head_size": ("attention.head_size", "head_dim", "d_kv"),
    "feedforward_size": ("model.feedforward_size", "intermediate_size", "n_inner", "d_ff", "ffn_dim", "mlp_dim"),
    "vocabulary_size": ("model.vocabulary_size", "vocab_size", "vocabulary"),
    "tied": ("model.weight_tying", "tie_word_embeddings", "tie_embeddings"),
    "learned_positions": (),
    "experts": ("model.experts", "num_local_experts", "num_experts"),
    "active_experts": ("model.active_experts", "num_experts_per_tok"),
    "image_size": ("data.image_size",),
    "patch_size": ("model.patch_size",),
    "channels": ("num_channels", "in_chans"),
    "classes": ("data.classes", "num_classes", "num_labels"),
    "relative_buckets": ("relative_attention_num_buckets",),
    "token_types": ("type_vocab_size",),
}
_CONTEXT = ("context_length", "model.context_length", "max_position_embeddings", "n_positions", "block_size", "n_ctx")

_FAMILIES: dict[str, dict[str, Any]] = {
    "gpt2": {"kind": "decoder"},
    "llama": {
        "kind": "decoder",
        "gated": True,
        "norm": "rms",
        "bias": False,
        "qkv_bias": False,
        "tied": False,
    },
    "qwen2": {"kind": "decoder", "gated": True, "norm": "rms", "bias": False, "tied": False},
    "bert": {"kind": "encoder", "post_norm": True, "token_types": 2, "pooler": True},
    "t5": {
        "kind": "encoder-decoder",
        "norm": "rms",
        "bias": False,
        "qkv_bias": False,
        "relative_buckets": 32,
    },
    "vit": {"kind": "vision"},
}
_FAMILY_OF = {
    "gpt2": "gpt2", "gpt": "gpt2", "decoder": "gpt2", "bert": "bert", "roberta": "bert", "encoder": "bert",
    "llama": "llama", "mistral": "llama", "mixtral": "llama", "qwen2": "qwen2", "t5": "t5", "encoder-decoder": "t5",
    "vit": "vit", "vision": "vit", "deit": "vit",
}  # fmt: skip
_LEARNED = {"gpt2", "bert"}


def read_architecture(settings: dict[str, Any]) -> tuple[Architecture, list[str]]:
    """Read sizes under any usual name, and say what was taken for granted.

    **Arguments:**

    - `settings`: of a configuration file or of a question. `family` (or `model_type`) is gpt2, llama, qwen2, bert, t5 or vit and
      gives what sizes do not tell: biases, norms, gates, tied embeddings.

    **Raises:** `BadReference` for an unknown name, a missing size or sizes that do not fit together.
    """
    given = dict(settings)
    asked = str(given.pop("family", None) or given.pop("model_type", None) or given.pop("kind", None) or "")
    given.pop("model_type", None)
    if asked and asked.lower() not in _FAMILY_OF:
        raise BadReference(
            f"{asked!r} is no family that can be counted from sizes.",
            f"Families are {', '.join(_FAMILIES)}; for anything else pass the code as target.",
        )
    family = (
        _FAMILY_OF[asked.lower()]
        if asked
        else ("vit" if "patch_size" in given else "llama" if "kv_heads" in given else "gpt2")
    )
    assumed = [f"{'' if asked else 'no family given: '}the layers are those of {family}"]
    values = dict(_FAMILIES[family])
    names = {usual: name for name, several in _NAMES.items() for usual in (name, *several)}
    context = next((int(given.pop(name)) for name in _CONTEXT if name in given), 0)
    if context and family in _LEARNED:
        values["learned_positions"] = context
    for name, value in given.items():
        if name in ("gated", "norm", "bias", "qkv_bias", "pooler", "post_norm"):
            values[name] = value
        elif name in names:
            values[names[name]] = value
        else:
            raise BadReference(
                f"{name!r} is no setting that sizes a model.",
                f"Settings are {', '.join([*_NAMES, *_CONTEXT[:1], 'family', 'gated', 'norm', 'bias'])}.",
            )
    if values.get("tied") is None:
        values.pop("tied", None)
    try:
        return Architecture.model_validate(values), assumed
    except ValidationError as error:
        first = error.errors()[0]
        raise BadReference(
            f"The settings do not make a model: {'.'.join(map(str, first['loc'])) or 'sizes'}: {first['msg']}.",
            "Give at least layers, hidden_size and heads (and vocabulary_size for a language model).",
        ) from None
