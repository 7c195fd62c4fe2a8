"""Sealed portals on which nothing happens, out of drawn cells: how many cards there are, with their noise taken into account and without.

Sixty made-up portals of thirty pages, five topics and three sources; fourteen days of each, every third one, with their cells' noise.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec

from footfall.trends.calendar import Calendar
from footfall.trends.detecting import Detecting
from footfall.trends.drawn import DrawnMart, look_at, series_of
from tests.support.drawn_days import LAST, TOPICS, marts

PORTALS, DAYS_BACK = 60, range(0, 42, 3)


def stories(found: list[DrawnMart], last: date, *, knows_noise: bool) -> int:
    """Of one day."""
    drawn = series_of(1, last, found)
    drawn = drawn if knows_noise else msgspec.structs.replace(drawn, noise=drawn.noise * 0)
    seen = look_at(drawn, Detecting(Calendar("", ()), ZoneInfo("UTC"), TOPICS), TOPICS, is_whole=True)
    return 0 if seen is None else len(seen.stories)


def main(short: bool = False) -> None:
    portals = [marts(seed) for seed in range(4 if short else PORTALS)]
    looked = [(found, LAST - timedelta(days=back)) for found in portals for back in DAYS_BACK]
    for knows_noise in (True, False):
        told = sum(stories(*one, knows_noise=knows_noise) for one in looked)
        print(f"drawn, nothing happens, {'with' if knows_noise else 'without'} the noise: {told} cards on {len(looked)} days", flush=True)


if __name__ == "__main__":
    main()
