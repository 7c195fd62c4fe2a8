"""What a change is: percent for counts, points for rates."""

from footfall.vocabulary import Scalar

__all__ = ["change"]


def change(metric: str, new: Scalar, old: Scalar) -> int | float | None:
    """Change from ``old`` to ``new``.

    >>> change("visitors", 15, 10), change("visitors", 3, 0), change("visitors", 0, 0)
    (50, 100, 0)
    >>> change("bounce_rate", 60, 40), change("conversion_rate", 12.5, 10.0)
    (20, 2.5)
    """
    if isinstance(new, str) or isinstance(old, str) or new is None or old is None:
        return None
    if metric == "bounce_rate":
        return int(new - old) if old else None
    if metric in ("exit_rate", "conversion_rate", "group_conversion_rate"):
        return round(new - old, 1)
    if old == 0:
        return 100 if new else 0
    return round((new - old) / old * 100)
