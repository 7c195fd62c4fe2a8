"""What a change is: percent for counts, points for rates."""

from footfall.reports.ratios import exact, rounded
from footfall.vocabulary import Scalar

__all__ = ["change"]

POINTS = ("exit_rate", "conversion_rate")


def change(metric: str, new: Scalar, old: Scalar) -> int | float | None:
    """Change from ``old`` to ``new``; ``None`` if a side is unknown. Halves go away from zero.

    >>> change("visitors", 15, 10), change("visitors", 3, 0), change("visitors", 0, 0), change("visitors", 7, 8)
    (50, 100, 0, -13)
    >>> change("bounce_rate", 60, 40), change("bounce_rate", 60, 0), change("conversion_rate", 12.5, 10.25)
    (20, None, 2.3)
    """
    if isinstance(new, str) or isinstance(old, str) or new is None or old is None:
        return None
    if metric == "bounce_rate":
        return int(new - old) if old else None
    if metric in POINTS:
        return rounded(exact(new) - exact(old), 1)
    if old == 0:
        return 100 if new else 0
    return rounded((exact(new) - exact(old)) / exact(old) * 100, 0)
