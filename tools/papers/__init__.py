"""Papers: from what the user typed to a `Paper`, its elements and the settings it states."""
