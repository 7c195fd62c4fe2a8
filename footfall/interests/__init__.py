"""What the city's content is about and what goes with what: topics of items, and texts that resemble each other."""
