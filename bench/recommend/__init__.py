"""How good recommendations are, and how fast: public data with published figures, weights chosen on validation parts only.

``python -m bench.recommend.NAME`` runs one part: movies, msweb, govuk, visits, speed.
"""

from bench.recommend import govuk, movies, msweb, speed, visits

__all__ = ["main"]


def main(short: bool = False) -> None:
    """Every part in turn; each prints lines that begin with its name."""
    for part in (movies, msweb, govuk, visits, speed):
        part.main(short=short)
