"""The mathematics put to use on one portal: its special days, its pages under their topics, and as strict as its people made it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Protocol

import msgspec
import numpy as np

from footfall.trends.baseline import expect
from footfall.trends.discovery import ALONE, findings
from footfall.trends.newcomers import with_newcomers
from footfall.trends.panel import Expected, Finding, Floats, Ints, Panel
from footfall.trends.scores import score

__all__ = ["Days", "Detecting", "families_of"]

FALSE_SHARE = 0.1
"""Share of false alarms among what is found, at most."""
STRICTER = 4
"""A strictness of 2 leaves a sixteenth of that share."""


class Days(Protocol):
    """A calendar of holidays and planned events."""

    def day_kind(self, day: date | datetime, zone: tzinfo) -> str: ...
    def name_of(self, day: date) -> str: ...


class Detecting:
    """Detects on one portal."""

    def __init__(self, days: Days, zone: tzinfo, topics: Mapping[str, Sequence[str]], *, strictness: float = 1.0) -> None:
        """``topics`` with the paths of their pages."""
        self._days, self._zone, self._topics = days, zone, topics
        self._q = FALSE_SHARE / strictness**STRICTER

    def is_special(self, when: date | datetime) -> bool:
        """Whether ordinary days are not compared with that one, or that instant."""
        return bool(self._days.day_kind(when, self._zone))

    def expect(self, panel: Panel) -> Expected:
        """What is expected of each bucket."""
        days = [self._day(panel, bucket) for bucket in range(panel.values.shape[1])]
        kinds = {day: self._days.day_kind(day, self._zone) for day in set(days)}
        return expect(panel, [kinds[day] for day in days])

    def score(self, panel: Panel, expected: Expected) -> Floats:
        """[keys, buckets], in standard deviations."""
        return score(panel, expected)

    def find(self, panel: Panel, expected: Expected, at: int, among: int) -> tuple[Finding, ...]:
        """What is not as expected in the bucket. The panel has those of ``among`` series that may stand out: all the others are tests too,
        which nothing came of."""
        part = min(1.0, len(panel.keys) / max(among, 1))
        families = families_of(panel, self._topics)
        expected, new = with_newcomers(panel, expected, families, at)
        found = findings(panel, expected, at=at, families=families, q=self._q * part, new=new)
        return tuple(msgspec.structs.replace(one, q=min(1.0, one.q / part)) for one in found)

    def _day(self, panel: Panel, bucket: int) -> date:
        """A panel of days has 00:00 UTC for the portal's own midnight."""
        began = panel.start_of(bucket)
        return began.date() if panel.step == "day" else began.astimezone(self._zone).date()


def families_of(panel: Panel, topics: Mapping[str, Sequence[str]]) -> Ints:
    """[keys], the row of the first topic of each page that has a series; ALONE for everything else."""
    rows = {key[2]: row for row, key in enumerate(panel.keys) if key[1] == "topic"}
    of_page = {path: rows[topic] for topic, paths in sorted(topics.items(), reverse=True) if topic in rows for path in paths}
    return np.array([of_page.get(key[2], ALONE) if key[1] == "page" else ALONE for key in panel.keys], dtype=np.int32)
