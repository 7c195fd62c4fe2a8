"""A portal's loyalty as rows to take away."""

from collections.abc import Iterator
from typing import Any

from footfall.reports.loyalty import Share
from footfall.reports.wilson import Rate
from footfall.serve.loyalty_shapes import Loyalty
from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.loyalty_words import ACTIVE_NAMES, PART_NAMES, SINCE_NAMES, TIMES_NAMES

__all__ = ["loyalty_rows"]

HEAD = (N_("Table"), N_("Row"), N_("Number"), N_("Of"), N_("Percent"), N_("Low"), N_("High"))
CLASSES = (
    (N_("Visits on one day"), TIMES_NAMES, "repeat"),
    (N_("Recency"), SINCE_NAMES, "recency"),
    (N_("Frequency"), ACTIVE_NAMES, "frequency"),
)


def loyalty_rows(told: Loyalty, spoken: Language) -> list[list[Any]]:
    """The names of the columns, then every number of the page; what may not be told is empty."""
    text, back = spoken.text, told.returning
    rows = [[text(N_("Loyalty index")), "", told.index.value, None, None, None, None]]
    rows += [[text(N_("Loyalty index")), text(PART_NAMES[part.name]), part.score, None, None, None, None] for part in told.index.parts]
    rows += [
        [text(N_("Devices that agreed to be recognised")), "", *_rate(back.agreed)],
        [text(N_("Return rate")), "", *_rate(back.return_rate)],
    ]
    rows += [[text(N_("Stickiness")), back.month, None, None, back.stickiness, None, None]]
    rows += [[text(N_("Retention")), point.week, *_rate(point.rate, point.began)] for point in back.retention]
    for title, names, field in CLASSES:
        rows += _shares(text(title), {name: text(words) for name, words in names.items()}, getattr(back, field))
    rows += [[text(N_("Return rate of a service")), one.name, *_rate(one.return_rate)] for one in told.services]
    return [[text(name) for name in HEAD], *rows]


def _shares(title: str, names: dict[str, str], found: tuple[Share, ...]) -> Iterator[list[Any]]:
    for one in found:
        yield [title, names[one.name], one.visitors, None, one.share, None, None]


def _rate(found: Rate | None, whole: int | None = None) -> list[Any]:
    return [found.part, found.whole, found.rate, found.low, found.high] if found else [None, whole, None, None, None]
