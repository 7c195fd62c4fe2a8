"""Numbered, append-only, each self-contained."""
