"""Transactional truth: portals, goals and keys, in SQLite or PostgreSQL."""
