"""Keys that are met seldom: their hours are looked at three together, or a day of them, until there is something to count.

Farrington's rule is that fewer than five in the last weeks say nothing (Noufaily and others 2013, ``limit54``); here the buckets grow.
"""

import msgspec
import numpy as np

from footfall.trends.panel import Floats, Ints, Panel

__all__ = ["LEAST_USUAL", "WIDTHS", "pooled"]

WIDTHS = (1, 3, 24)
"""Hours that are looked at together."""
LEAST_USUAL = 5.0
"""A bucket of what one can look at has that many on average."""


def pooled(panel: Panel) -> tuple[Panel, Ints]:
    """A panel of hours in which a rare key has at each hour what it had in the last three, or 24; and [keys] how many were taken together.

    Hours of which nothing is known count nothing, but where a whole span is not known, neither is its sum. Sums overlap, so a rare key's
    bucket says again what the one before said: one may ask of it every third hour, or once a day.

    Raises:
        ValueError: the panel is of days.
    """
    if panel.step != "hour":
        raise ValueError("hours are pooled; days stay days")
    usual = np.nansum(panel.values, axis=1) / np.maximum(np.isfinite(panel.values).sum(axis=1), 1)
    widths: Ints = np.select([usual * width >= LEAST_USUAL for width in WIDTHS], WIDTHS, WIDTHS[-1]).astype(np.int32)
    values = panel.values.copy()
    for width in WIDTHS[1:]:
        values[widths == width] = _together(panel.values[widths == width], width)
    return msgspec.structs.replace(panel, values=values), widths


def _together(values: Floats, width: int) -> Floats:
    counts, known = (np.pad(np.cumsum(part, axis=1), ((0, 0), (width, 0))) for part in (np.nan_to_num(values), np.isfinite(values)))
    return np.where(known[:, width:] > known[:, :-width], counts[:, width:] - counts[:, :-width], np.nan)
