"""Documents that have to be in memory whole, and so are of a bounded size."""

from pathlib import Path

from footfall.errors import BadInput

__all__ = ["MOST_BYTES", "whole"]

MOST_BYTES = 32_000_000


def whole(path: Path) -> bytes:
    """All of the file. Raises BadInput: it is too large."""
    if path.stat().st_size > MOST_BYTES:
        raise BadInput("A file of this format is read whole; {most:,} bytes are the most.", most=MOST_BYTES)
    return path.read_bytes()
