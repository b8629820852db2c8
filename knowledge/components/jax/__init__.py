"""Reference implementations in JAX, one file a component; each stands alone."""
