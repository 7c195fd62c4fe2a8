"""What the City page looks at, as its address says it. Read once, and written back into every link."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote_plus

import msgspec

from footfall.errors import BadQuestion
from footfall.serve.measures import read_categories

__all__ = ["PERIODS", "CityView", "read_city_view"]

PERIODS = ("7d", "30d", "91d", "12mo", "all")
"""They end with the last day that has numbers, whatever today is."""
CUSTOM = "custom"
SORTS = ("value", "name")
LONGEST = 200


class CityView(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at."""

    measure: str = ""
    """``dataset/measure``; empty is the first there is."""
    beside: str = ""
    """Another one that it is compared with."""
    period: str = ""
    """One of PERIODS, ``custom`` with ``first`` and ``last``, or empty for what suits the measure."""
    first: str = ""
    last: str = ""
    interval: str = ""
    """Steps of the trend; empty is what suits the period."""
    kind: str = ""
    """Kind of place; empty is the first that the measure has."""
    at: str = ""
    """Beginning of the one step that map and table show; empty is the whole period."""
    place: str = ""
    """The one whose trend is shown; empty is all of the city."""
    categories: tuple[tuple[int, str], ...] = ()
    sort: str = "value"
    find: str = ""
    """What the list of measures is searched for."""

    def changed(self, **changes: object) -> "CityView":
        return msgspec.structs.replace(self, **changes)

    def as_pairs(self) -> list[tuple[str, str]]:
        """Names and values, for the hidden fields of a form; only what is not as usual."""
        usual = CityView()
        names = {"first": "from", "last": "to", "beside": "with"}
        fields = [field for field in self.__struct_fields__ if field != "categories"]
        pairs = [(names.get(field, field), getattr(self, field)) for field in fields if getattr(self, field) != getattr(usual, field)]
        return [*pairs, *(("category", f"{number}:{value}") for number, value in self.categories)]

    def as_query(self) -> str:
        """The query of an address, with ``?`` before it; empty where everything is as usual."""
        pairs = self.as_pairs()
        return "?" + "&".join(f"{name}={quote_plus(value)}" for name, value in pairs) if pairs else ""


def read_city_view(pairs: list[tuple[str, str]]) -> CityView:
    """The view of an address's names and values; names it does not know are left alone.

    Raises:
        BadQuestion: a value is not valid; the sentence says what is.
    """
    given = {name: value.strip()[:LONGEST] for name, value in pairs}
    period, sort = given.get("period", ""), given.get("sort", "") or "value"
    for name, value, valid in (("period", period, (*PERIODS, CUSTOM, "")), ("sort", sort, SORTS)):
        if value not in valid:
            raise BadQuestion(
                "{name} {value!r} is not known. Valid: {valid}.", name=name, value=value, valid=", ".join(filter(None, valid))
            )
    first, last = _days(given) if period == CUSTOM else ("", "")
    texts = [value for name, value in pairs if name == "category" and value.partition(":")[2]]
    return CityView(
        measure=given.get("measure", ""),
        beside=given.get("with", ""),
        period=period,
        first=first,
        last=last,
        interval=given.get("interval", ""),
        kind=given.get("kind", ""),
        at=given.get("at", ""),
        place=given.get("place", ""),
        categories=read_categories(texts),
        sort=sort,
        find=given.get("find", ""),
    )


def _days(given: Mapping[str, str]) -> tuple[str, str]:
    try:
        first, last = sorted(date.fromisoformat(given.get(name, "")) for name in ("from", "to"))
    except ValueError:
        raise BadQuestion("A custom period needs two days, {first} and {last}, such as 2026-01-31.", first="from", last="to") from None
    if not 1971 <= first.year <= last.year < 2105:
        raise BadQuestion("From {first} to {last} is no range of days.", first=first, last=last)
    return first.isoformat(), last.isoformat()
