"""Parameters and operations from sizes beside the models that transformers builds, without downloading anything."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from paper_implementer.tools.errors import BadReference
from paper_implementer.tools.running.estimate.memory import Plan, activation_memory
from paper_implementer.tools.running.estimate.names import read_architecture
from tests.support.vision import make_torchvision_importable

make_torchvision_importable()
import transformers as hf  # noqa: E402

SIZES = [
    "num_hidden_layers",
    "n_layer",
    "num_layers",
    "num_decoder_layers",
    "hidden_size",
    "d_model",
    "n_embd",
    "num_attention_heads",
    "n_head",
    "num_heads",
    "num_key_value_heads",
    "head_dim",
    "d_kv",
    "intermediate_size",
    "n_inner",
    "d_ff",
    "vocab_size",
    "tie_word_embeddings",
    "num_local_experts",
    "num_experts_per_tok",
    "image_size",
    "patch_size",
    "num_channels",
    "relative_attention_num_buckets",
    "type_vocab_size",
    "max_position_embeddings",
    "n_positions",
]


def settings_of(config: Any, family: str) -> dict[str, Any]:
    """The sizes of a configuration, as a user would paste them."""
    given = {name: value for name, value in config.to_dict().items() if name in SIZES and value is not None}
    if family in ("bert", "vit"):
        given.pop("tie_word_embeddings", None)
    if family == "vit":
        given["classes"] = config.num_labels
    return given | {"family": family}


FULL_SIZE = {
    "GPT-2": ("gpt2", hf.GPT2Config(), hf.GPT2LMHeadModel),
    "GPT-2 XL": ("gpt2", hf.GPT2Config(n_layer=48, n_embd=1600, n_head=25), hf.GPT2LMHeadModel),
    "Llama 2 7B": ("llama", hf.LlamaConfig(intermediate_size=11008), hf.LlamaForCausalLM),
    "Llama 2 70B": (
        "llama",
        hf.LlamaConfig(
            hidden_size=8192,
            intermediate_size=28672,
            num_hidden_layers=80,
            num_attention_heads=64,
            num_key_value_heads=8,
        ),
        hf.LlamaForCausalLM,
    ),
    "Mistral 7B": ("llama", hf.MistralConfig(), hf.MistralForCausalLM),
    "Mixtral 8x7B": ("llama", hf.MixtralConfig(), hf.MixtralForCausalLM),
    "Qwen2": ("qwen2", hf.Qwen2Config(), hf.Qwen2ForCausalLM),
    "BERT base": ("bert", hf.BertConfig(), hf.BertModel),
    "T5 base": ("t5", hf.T5Config(d_model=768, d_ff=3072, num_layers=12, num_heads=12), hf.T5ForConditionalGeneration),
    "ViT-B/16": ("vit", hf.ViTConfig(num_labels=1000), hf.ViTForImageClassification),
}


@pytest.mark.parametrize("name", FULL_SIZE)
def test_parameters_are_exactly_those_of_the_model(name: str) -> None:
    family, config, model = FULL_SIZE[name]
    with torch.device("meta"):
        built = model(config)
    architecture, _ = read_architecture(settings_of(config, family))
    assert architecture.parameters()["total"] == sum(p.numel() for p in built.parameters())


QUIET = {"attention_dropout": 0.0, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
SMALL = {
    "gpt2": (
        hf.GPT2Config(
            n_layer=3, n_embd=128, n_head=4, vocab_size=900, activation_function="gelu", attn_pdrop=0, embd_pdrop=0,
            resid_pdrop=0, bos_token_id=0, eos_token_id=0,
        ),
        hf.GPT2LMHeadModel,
    ),
    "llama": (
        hf.LlamaConfig(
            vocab_size=900, hidden_size=128, intermediate_size=344, num_hidden_layers=3, num_attention_heads=4,
            num_key_value_heads=2,
        ),
        hf.LlamaForCausalLM,
    ),
    "bert": (
        hf.BertConfig(num_hidden_layers=3, hidden_size=128, num_attention_heads=4, intermediate_size=512, **QUIET),
        hf.BertModel,
    ),
    "t5": (
        hf.T5Config(
            d_model=128, d_kv=32, d_ff=512, num_layers=3, num_decoder_layers=2, num_heads=4, vocab_size=900,
            dropout_rate=0.0,
        ),
        hf.T5ForConditionalGeneration,
    ),
    "vit": (
        hf.ViTConfig(
            num_hidden_layers=3, hidden_size=128, num_attention_heads=4, intermediate_size=512, image_size=64, num_labels=10,
        ),
        hf.ViTForImageClassification,
    ),
}  # fmt: skip


def small(family: str) -> tuple[Any, dict[str, torch.Tensor], Any, int]:
    """A small model with plain attention, its inputs, the architecture, and the length of an example."""
    config, kind = SMALL[family]
    model = kind._from_config(config, attn_implementation="eager").train()
    architecture, _ = read_architecture(settings_of(config, family))
    if family == "vit":
        return model, {"pixel_values": torch.randn(2, 3, 64, 64)}, architecture, architecture.patches
    ids = torch.randint(0, 900, (2, 96))
    inputs = {"input_ids": ids} | ({"decoder_input_ids": ids[:, :64]} if family == "t5" else {})
    return model, inputs, architecture, 96


@pytest.mark.parametrize("family", SMALL)
def test_operations_are_exactly_those_that_torch_counts(family: str) -> None:
    model, inputs, architecture, length = small(family)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(**inputs)
    assert 2 * architecture.forward_flops(length, 64) == counter.get_total_flops()


@pytest.mark.parametrize("family", ["gpt2", "llama", "bert", "vit"])
def test_activations_are_about_what_autograd_keeps(family: str) -> None:
    model, inputs, architecture, length = small(family)
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        output = model(**inputs, **({"labels": inputs["input_ids"]} if family in ("gpt2", "llama") else {}))
    del output
    plan = Plan(batch=2, sequence=length, precision="fp32", flash=False)
    assert activation_memory(architecture, plan) == pytest.approx(sum(kept.values()), rel=0.3)


def test_experts_that_a_token_does_not_visit_are_not_active() -> None:
    family, config, _ = FULL_SIZE["Mixtral 8x7B"]
    counts = read_architecture(settings_of(config, family))[0].parameters()
    # The paper states 47B in all and 13B for a token.
    assert round(counts["total"] / 1e9) == 47
    assert round(counts["active"] / 1e9) == 13


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"layers": 2, "hidden_size": 10, "heads": 3}, "does not fall into 3 heads"),
        ({"layers": 2, "hidden_size": 8}, "heads"),
        ({"layers": 2, "hidden_size": 8, "heads": 2, "colour": 3}, "'colour' is no setting"),
        ({"family": "resnet", "layers": 50}, "no family that can be counted"),
        ({"layers": -1, "hidden_size": 8, "heads": 2}, "greater than 0"),
        ({"layers": 2, "hidden_size": 8, "heads": 4, "kv_heads": 3}, "do not share 3 heads"),
    ],
)
def test_settings_that_make_no_model_say_why(given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadReference, match=said):
        read_architecture(given)
