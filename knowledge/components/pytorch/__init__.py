"""Reference implementations in PyTorch, one file a component; each stands alone."""
