"""Keras runs on JAX, and JAX on the CPU: both are read once, before anything imports them."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
