"""Pages for people: HTML made here, useful without any script."""
