"""Keep strangers' code away from the machine: what it may see, how that is enforced, and a test that it holds."""
