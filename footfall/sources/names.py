"""Whether the first line of a file is a header."""

import re

__all__ = ["is_name"]

VALUE = re.compile(r"[@\[\]{}<>\"\\]|https?:|\d{5}|\d+[.:/-]\d+[.:/-]\d+")
"""What stands in values, and in no name."""
LONGEST_NAME = 100


def is_name(text: str) -> bool:
    """TRICKY: a file without a header would have the first row's values, which may be a person's, taken and printed for names."""
    return len(text) <= LONGEST_NAME and any(letter.isalpha() for letter in text) and not VALUE.search(text)
