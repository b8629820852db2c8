"""A block of ConvNeXt (arXiv:2201.03545, section 2)."""

import jax
import jax.numpy as jnp


def convnext_block(x: jax.Array, weights: dict[str, jax.Array], eps: float = 1e-6) -> jax.Array:
    """Depthwise convolution, LayerNorm over the channels, two pointwise layers, layer scale, residual.

    **Arguments:**

    - `x`: `(batch, height, width, dim)`, channels last; the result has its shape.
    - `weights`: `depthwise` `(7, 7, 1, dim)`, `norm`, `scale` `(dim,)`, `expand` `(dim, 4 * dim)`, `reduce` `(4 * dim, dim)`,
      and a bias for each but the scale: `depthwise_bias`, `norm_bias`, `expand_bias`, `reduce_bias`.
    """
    y = jax.lax.conv_general_dilated(
        x,
        weights["depthwise"],
        (1, 1),
        "SAME",
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=x.shape[-1],
    )
    y = y + weights["depthwise_bias"]
    wide = y.astype(jnp.promote_types(y.dtype, jnp.float32))
    wide = (wide - wide.mean(-1, keepdims=True)) * jax.lax.rsqrt(wide.var(-1, keepdims=True) + eps)
    y = wide.astype(y.dtype) * weights["norm"] + weights["norm_bias"]
    # The exact GELU: that of jax.nn is the tanh form unless told.
    y = jax.nn.gelu(y @ weights["expand"] + weights["expand_bias"], approximate=False)
    return x + (y @ weights["reduce"] + weights["reduce_bias"]) * weights["scale"]
