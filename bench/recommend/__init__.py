"""How good recommendations are, and how fast: public data with published figures, weights chosen on validation parts only.

``python -m bench.recommend.NAME`` runs one part: movies, msweb, govuk, visits, speed.
"""

import importlib

__all__ = ["main"]

PARTS = ("movies", "msweb", "govuk", "visits", "speed")


def main(short: bool = False) -> None:
    """Every part in turn; each prints lines that begin with its name."""
    for part in PARTS:
        importlib.import_module(f"bench.recommend.{part}").main(short=short)
