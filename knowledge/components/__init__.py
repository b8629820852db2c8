"""Components of the field, one a name: `NAME.yaml` says what it is, `pytorch/`, `jax/` and `keras/` hold a reference each."""
