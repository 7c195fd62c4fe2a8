"""Series out of the store as a panel: buckets without a gap, and what is not known told apart from nothing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from footfall.store.engine import Engine
from footfall.store.series import HOUR_S, Bucket, made_buckets, series_of
from footfall.trends.panel import Floats, Ints, Key, Panel, Step

__all__ = ["SECONDS", "read_panel", "visitors_of"]

SECONDS: dict[Step, int] = {"hour": HOUR_S, "day": 24 * HOUR_S}
LINGERS: dict[Step, int] = {"hour": 23, "day": 1}
"""For so many buckets after its last row a key is at nothing; later it is under its cohort, and not known."""


def read_panel(
    engine: Engine, sites: Sequence[int], first_s: int, last_s: int, step: Step, *, keys: Iterable[tuple[str, str]] | None = None
) -> Panel:
    """Every series of these portals, or of these dimensions and keys alone, on the buckets that begin from ``first_s`` to ``last_s``.

    Counts are exact and not yet released. Groups are the portals, in the order of ``sites``. A bucket that was not made, one before a key
    began, and one where it is under its cohort is ``nan``. Raises Unavailable.
    """
    buckets = (last_s - first_s) // SECONDS[step] + 1
    found = series_of(engine, sites, step, (first_s, last_s + 1), keys=keys)
    values = np.full((len(found), buckets), np.nan)
    for row, (*_, at, counts, _) in enumerate(found):
        values[row] = _spread(np.asarray(at, dtype=np.int64), np.asarray(counts, dtype=np.float64), first_s, buckets, step)
    number = {site: place for place, site in enumerate(sites)}
    groups: Ints = np.array([number[site] for site, *_ in found], dtype=np.int32)
    known = _known(engine, sites, first_s, buckets, step)
    values[~known[groups]] = np.nan
    named: tuple[Key, ...] = tuple((site, dimension, key) for site, dimension, key, *_ in found)
    return Panel(keys=named, first=datetime.fromtimestamp(first_s, UTC), step=step, values=values, groups=groups)


def visitors_of(engine: Engine, sites: Sequence[int], at_s: int, step: Step) -> dict[Key, int]:
    """Distinct visitors of each key in one bucket. Raises Unavailable."""
    found = series_of(engine, sites, step, (at_s, at_s + 1))
    return {(site, dimension, key): sum(visitors) for site, dimension, key, *_, visitors in found}


def _spread(at: Ints, counts: Floats, first_s: int, buckets: int, step: Step) -> Floats:
    """One series: its counts, nothing for a while behind each, else not known."""
    row = np.full(buckets, np.nan)
    places = (at - first_s) // SECONDS[step]
    since = np.full(buckets, -1, dtype=np.int64)
    since[places[counts > 0]] = places[counts > 0]
    since = np.maximum.accumulate(since)
    lingers = (since >= 0) & (np.arange(buckets) - since <= LINGERS[step])
    row[lingers] = 0.0
    row[places[counts > 0]] = counts[counts > 0]
    return row


def _known(engine: Engine, sites: Sequence[int], first_s: int, buckets: int, step: Step) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """[sites, buckets]: what was made."""
    known = np.zeros((len(sites), buckets), dtype=np.bool_)
    made: dict[Bucket, int] = made_buckets(engine, sites, datetime.fromtimestamp(first_s - 24 * HOUR_S, UTC).date())
    number = {site: place for place, site in enumerate(sites)}
    for site, of_step, at in made:
        place = (at - first_s) // SECONDS[step]
        if of_step == step and 0 <= place < buckets:
            known[number[site], place] = True
    return known
