"""Reference implementations in Keras, one file a component; each stands alone."""
