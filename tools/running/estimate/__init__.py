"""What training and running a model would need, told before it is run."""
