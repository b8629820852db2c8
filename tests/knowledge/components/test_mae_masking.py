"""Masking and loss beside ViTMAE of transformers."""

from __future__ import annotations

import torch

from paper_implementer.knowledge.components.pytorch.mae_masking import mask_tokens, reconstruction_loss, restore
from tests.support.agreement import assert_same


def test_agrees_with_transformers() -> None:
    from transformers import ViTMAEConfig, ViTMAEForPreTraining

    config = ViTMAEConfig(
        hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, image_size=16, patch_size=4,
        decoder_hidden_size=8, decoder_num_hidden_layers=1, decoder_num_attention_heads=2,
        decoder_intermediate_size=8, norm_pix_loss=True, mask_ratio=0.6,
    )  # fmt: skip
    theirs = ViTMAEForPreTraining(config)
    tokens, noise = torch.randn(2, 16, 8), torch.rand(2, 16)
    kept, mask, back = mask_tokens(tokens, 0.6, noise)
    library = theirs.vit.embeddings.random_masking(tokens, noise)
    assert_same(kept, library[0])
    assert torch.equal(mask.float(), library[1])
    assert torch.equal(back, library[2])
    images = torch.randn(2, 3, 16, 16)
    whole = theirs(images, noise=noise)
    prediction = whole.logits.detach().requires_grad_()
    loss = reconstruction_loss(prediction, theirs.patchify(images), whole.mask.bool())
    assert_same(loss.detach(), whole.loss.detach())
    loss.backward()
    (expected,) = torch.autograd.grad(whole.loss, whole.logits)
    assert prediction.grad is not None
    assert_same(prediction.grad, expected)


def test_kept_tokens_come_back_to_their_places() -> None:
    tokens = torch.randn(3, 10, 4)
    kept, mask, back = mask_tokens(tokens, 0.75)
    full = restore(kept, back, torch.full((4,), 9.0))
    assert mask.sum(1).tolist() == [8, 8, 8]
    torch.testing.assert_close(full, torch.where(mask.unsqueeze(-1), 9.0, tokens))
