"""What the City page asks about: period, step, kind of place, and of which measure or measures."""

from datetime import date, datetime, timedelta

from footfall.reports.periods import parse_period
from footfall.serve.city_data import Asked, Topic, bucket_end, measured, span_of, window_of
from footfall.serve.house import Desk
from footfall.serve.pages.city_trend import labels_of, steps_of
from footfall.serve.pages.city_view import CityView
from footfall.vocabulary import Cell, Measured

__all__ = ["Scope", "days_of"]

SECONDS_A_DAY = 86_400


class Scope:
    """What a page asks about: period, step, kind of place, and of which measure or measures."""

    def __init__(self, desk: Desk, topic: Topic, other: Topic | None, view: CityView) -> None:
        self.desk, self.topic, self.other = desk, topic, other
        view = view.changed(period=view.period or ("30d" if topic.grains[0] in ("hour", "day") else "all"))
        grains = [grain for grain in topic.grains if other is None or (grain in other.public_grains and grain in topic.public_grains)]
        self.grains = tuple(grains)
        kinds = [kind for kind in topic.place_kinds if other is None or (kind in other.public_kinds and kind in topic.public_kinds)]
        self.first, self.last = days_of(topic, view)
        self.grain = view.interval if view.interval in grains else steps_of(self.first, self.last, grains)
        self.kind = view.kind if view.kind in kinds else next(iter(kinds), "city")
        self.end = min(topic.complete_until, bucket_end(datetime(*self.last.timetuple()[:3], tzinfo=topic.zone), "day"))
        self.labels = labels_of(self.first, self.end, self.grain)
        self.view = view.changed(
            at=view.at if view.at in self.labels else "",
            kind=view.kind and self.kind,
            interval=view.interval if view.interval in grains else "",
        )

    def trend(self, topic: Topic) -> Measured:
        place = self.view.place or None
        categories = self.view.categories if topic is self.topic else ()
        kind = self.kind if place else "city"
        window = window_of(topic, self.first, self.last)
        return measured(
            self.desk, topic, Asked(window=window, grain=self.grain, place_kind=kind, place=place, categories=categories)
        ).answer

    def whole(self, topic: Topic) -> Cell | None:
        """All that lies in the period, of the city or of the chosen place, by whatever step it is told; ``None`` where nothing does."""
        place = self.view.place or None
        categories = self.view.categories if topic is self.topic else ()
        window = window_of(topic, self.first, self.last)
        asked = Asked(by="place", window=window, place_kind=self.kind if place else "city", place=place, categories=categories)
        return next(iter(measured(self.desk, topic, asked).answer.rows), None)

    def places(self, topic: Topic) -> Measured:
        window = span_of(topic, self.view.at, self.grain) if self.view.at else window_of(topic, self.first, self.last)
        categories = self.view.categories if topic is self.topic else ()
        return measured(self.desk, topic, Asked(by="place", window=window, place_kind=self.kind, categories=categories)).answer


def days_of(topic: Topic, view: CityView) -> tuple[date, date]:
    """The period's days. They end with the last that has numbers; the usual is a month, or all where steps are longer than days."""
    newest = max(topic.first_day, (topic.complete_until - timedelta(seconds=1)).date())
    if view.period == "custom":
        return date.fromisoformat(view.first), date.fromisoformat(view.last)
    if view.period == "all":
        return topic.first_day, newest
    now = datetime(newest.year, newest.month, newest.day, 12, tzinfo=topic.zone).timestamp() + SECONDS_A_DAY
    found = parse_period(view.period, timezone=topic.contract.timezone, now_ms=int(now * 1000))
    return max(found.first, topic.first_day), found.last
