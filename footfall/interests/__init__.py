"""Interests and content: what is offered, what it is about, and what is shown to whom without knowing who it is."""
