"""Where events live: the engine, its topology, the schema, and the loader from journal to tables."""
