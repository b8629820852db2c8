"""Running code of users and repositories, in their interpreter, never in ours."""
