"""Items, counts and requests for tests, each with what the test says and the rest plain."""

from typing import Any

import msgspec

from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.recommender import Model
from footfall.interests.request import Request

NOW_MS = 1_790_000_000_000
DAY_MS = 86_400_000


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    kinds: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    max_age_days: int = 0


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    id: str = "home"
    rules: Rules = Rules()
    pins: tuple[int, ...] = ()
    blocked: tuple[int, ...] = ()
    explore: float = 0.0


class Alike:
    """Texts by a table."""

    def __init__(self, pairs: dict[int, list[tuple[int, float]]]) -> None:
        self.pairs = pairs

    def similar(self, of: int | str, n: int) -> list[tuple[int, float]]:
        return self.pairs.get(of, [])[:n] if isinstance(of, int) else []


def item(id: int, **values: Any) -> Item:
    return Item(**{"id": id, "site": 1, "path": f"/{id}", "url": f"https://city.example/{id}", "title": f"Page {id}"} | values)


def model(items: list[Item], texts: Alike | None = None, **counts: Any) -> Model:
    return learn(items, {1: Counts(**counts)}, texts)


def request(**values: Any) -> Request:
    return Request(**{"site": 1, "now_ms": NOW_MS} | values)
