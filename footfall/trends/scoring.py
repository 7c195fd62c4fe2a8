"""The quick look at all keys of one hour, in the store: what stands out is looked at again with more care (`discovery`)."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import msgspec

from footfall.store.engine import Engine
from footfall.trends.panel import Key

__all__ = ["Scored", "score_hour"]

SQL = files("footfall.trends").joinpath("score.sql").read_text(encoding="utf-8").strip()
HOUR, DAY, WEEK, WEEKS = timedelta(hours=1), timedelta(days=1), timedelta(days=7), 4
DRIFT_DAYS = 35
NONE = 0
"""In place of an hour that is not compared with: no row is so old."""


class Scored(msgspec.Struct, frozen=True):
    """A key in one hour. Counts are exact and not yet released."""

    key: Key
    observed: float
    mu: float
    """What was expected."""
    dispersion: float
    """Variance over ``mu``."""
    busy: float
    """How busy its portal is beside what the same hours were; under `baseline.BROKEN` it is an outage. 1 where it has few keys."""
    z: float
    """Standard deviations above (below: negative) what was expected."""


def score_hour(
    engine: Engine,
    sites: Sequence[int],
    at: datetime,
    *,
    least: float = 2.5,
    is_special: Callable[[date | datetime], bool] = lambda when: False,
) -> list[Scored]:
    """Keys that are off by ``least`` standard deviations or more in the hour that began at ``at``, the furthest up first.

    A key that has no row in the hour counts nothing. Nothing is compared with a special hour or day: a holiday, a planned event. Keys known
    in fewer than two of the four weeks before are left out.

    Raises:
        Unavailable: the store does not answer.
    """
    before = [at - WEEK * week + HOUR * beside for beside in (0, -1, 1) for week in range(1, WEEKS + 1)]
    hours = [at, *(None if is_special(hour) else hour for hour in before)]
    day = at.astimezone(UTC).date()
    given = {
        "sites": list(sites),
        "day": day,
        # Service days are the portal's own: they may be a day apart from those of UTC.
        "days": sorted({(hour + apart * DAY).astimezone(UTC).date() for hour in hours if hour for apart in (-1, 0, 1)}),
        "compared": [int(hour.timestamp()) if hour else NONE for hour in hours],
        "drifted": [one for one in (day - DAY * ago for ago in range(1, DRIFT_DAYS + 1)) if not is_special(one)],
        "least": least,
    }
    found = engine.query(SQL, given, name="score of an hour")
    return [Scored((int(site), dimension, key), *map(float, numbers)) for site, dimension, key, *numbers in found]
