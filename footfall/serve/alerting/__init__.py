"""Tells channels of a portal's trends and targets: what, when, in which words, and by which way."""
