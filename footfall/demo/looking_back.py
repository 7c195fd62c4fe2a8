"""The demo's history looked at for trends: once, beside the running server, so that cards are there soon after the start."""

import threading

from footfall.collect.days import day_of
from footfall.control.runs import last_runs
from footfall.demo.city import CITY
from footfall.errors import Unavailable
from footfall.serve.house import Desk
from footfall.serve.jobs import Stopped
from footfall.serve.trend_jobs import fill, look_back
from footfall.store.series import HOUR_S

__all__ = ["tell_trends"]

DAYS, HOURS = 6, 44
"""How far back: to where the ramp is steep, and to before the outage of the day before."""
LOOKED = "demo trends"
LOOK_AGAIN_S = 1.0


def tell_trends(desk: Desk, stop: threading.Event) -> int:
    """Fill in the days that the job of series leaves after its first turn, and look at the last ones; how many cards began or went on.

    What was done at an earlier start is not done again; what was cut short by ``stop`` is, at the next.
    """
    if desk.control.last_day(LOOKED):
        return 0
    while not _is_turn_over(desk):
        if stop.wait(LOOK_AGAIN_S):
            return 0
    try:
        if fill(desk, stop.is_set).days:
            return 0
        until_s = desk.now() // 1000 // HOUR_S * HOUR_S
        changed = look_back(desk, until_s, days=DAYS, hours=HOURS, stopped=stop.is_set)
    except (Stopped, Unavailable):
        return 0
    desk.control.set_last_day(LOOKED, str(day_of(CITY[0].timezone, desk.now())))
    return changed


def _is_turn_over(desk: Desk) -> bool:
    run = last_runs(desk.control).get("series")
    return run is not None and run.state != "running"
