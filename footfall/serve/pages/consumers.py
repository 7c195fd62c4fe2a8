"""API consumers, for admins of all portals: keys, what each may have of the content service, what it asked by day, and what was refused."""

from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.control.keys import Key, list_keys
from footfall.control.usage import Usage, day_at, list_usage
from footfall.serve.house import House
from footfall.serve.pages.frame import render
from footfall.serve.sign_in import in_thread, require, signed_in

__all__ = ["BEHIND", "Consumer", "consumers"]

DAYS = 14


class Consumer(msgspec.Struct, frozen=True, kw_only=True):
    """A key and what it had in DAYS days of UTC."""

    key: Key
    asked: int
    refused: int
    """Over a limit: answered 429."""
    days: tuple[tuple[date, int, int], ...]
    """Each day with what was asked and refused, newest first; days without anything are not there."""

    @property
    def is_for_content(self) -> bool:
        return any(scope.startswith("content:") for scope in self.key.scopes)


def consumers(keys: list[Key], found: list[Usage]) -> list[Consumer]:
    """All keys by name, those of the content service first."""
    made = [_consumer(key, [usage for usage in found if usage.key == key.name]) for key in keys]
    return sorted(made, key=lambda one: (not one.is_for_content, one.key.name))


def _consumer(key: Key, found: list[Usage]) -> Consumer:
    days = sorted({usage.day for usage in found}, reverse=True)
    sums = [(day, [usage for usage in found if usage.day == day]) for day in days]
    return Consumer(
        key=key,
        asked=sum(usage.asked for usage in found),
        refused=sum(usage.refused for usage in found),
        days=tuple((date.fromisoformat(day), sum(one.asked for one in of_day), sum(one.refused for one in of_day)) for day, of_day in sums),
    )


@get("/consumers")
async def show_consumers(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Every key."""
    require(await signed_in(house, request), "admin")

    def work() -> list[Consumer]:
        house.content.quotas.write()
        since = day_at(house.desk.now() - int(timedelta(days=DAYS - 1).total_seconds() * 1000))
        return consumers(list_keys(house.desk.control), list_usage(house.desk.control, since=since))

    return render(request, "consumers.html", consumers=await in_thread(work), days=DAYS)


BEHIND = [show_consumers]
