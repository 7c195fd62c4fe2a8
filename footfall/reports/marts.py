"""Questions that the drawn marts answer: visitors of whole service days, by what one of them is told apart by."""

import math
from bisect import bisect_right
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from footfall.errors import BadQuestion
from footfall.local_time import local_midnight
from footfall.privacy.budget import noise_of, shares_of
from footfall.privacy.marts import Mart
from footfall.privacy.noisy import NINE_IN_TEN
from footfall.privacy.paging import ordered
from footfall.reports.compare import change
from footfall.reports.labels import keys_of, labels_of
from footfall.reports.mart_keys import KEYS, MARTS_BY_NAME, NEAREST, ONCE_A_KEY, SIDES
from footfall.reports.periods import Period, bucket_starts, parse_period
from footfall.reports.question import Question
from footfall.reports.run import EngineLike, answer_of, order_of
from footfall.vocabulary import Answer, Drawn, Row

__all__ = ["answer_from_marts", "first_drawn", "mart_of"]

SQL = (Path(__file__).parent / "marts.sql").read_text()
FIRST = "SELECT min(day), count() FROM marts WHERE release = {release:String} AND mart = 'portal' AND site = {site:UInt32}"
DAYS = ("time:day", "time:week", "time:month")
WEEK_BUT_A_DAY = timedelta(days=6)
"""A week is in a period if its Sunday is."""
MOST_ERROR = 0.1
ROLLED_UP = {"visit:source": "visit:channel", "visit:region": "visit:country", "visit:region_name": "visit:country_name"}
"""What a breakdown can be asked by instead and is drawn. A visitor of several pages or goals counts in each, so they do not add up."""
ABSENT = "Every cell of the mart {} is under its threshold."
Key = tuple[Any, ...]
Cells = dict[Key, tuple[int, int]]
"""Visitors and the number of cells that they are a sum of, by raw dimension values."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How a mart was drawn, as an answer says it."""

    release: str
    mart: str
    rho: float
    sigma: float
    threshold: int


def told_of(release: str, mart: Mart, period: Period, began: str) -> Told:
    """The noise of the mart in the period: where that begins before ``began``, the first day of the newest list, the larger of both lists,
    and the lower threshold, or cells of before would be missing."""
    noises = [noise_of(release, one) for one in shares_of(release, mart.name)][: 1 if str(period.first) >= began else None]
    return Told(
        release=release,
        mart=mart.name,
        rho=max(noise.rho for noise in noises),
        sigma=max(noise.sigma for noise in noises),
        threshold=min(noise.threshold for noise in noises),
    )


def mart_of(question: Question) -> Mart:
    """The mart that answers the question.

    Raises:
        BadQuestion: none does; the sentence says which comes nearest and what it can tell.
    """
    asked = [name for name in question.dimensions if name not in DAYS]
    found = {KEYS[name][0] for name in asked if name in KEYS}
    near = MARTS_BY_NAME[next(iter(sorted(found)), next((NEAREST[name] for name in asked if name in NEAREST), "portal"))]
    if question.metrics != ("visitors",):
        raise _none("only visitors are drawn", near)
    if question.filters:
        raise _none("drawn cells cannot be filtered", near)
    if question.period.by_instants:
        raise _none("cells are of whole days", near)
    unknown = next((name for name in asked if name not in KEYS), "")
    if unknown:
        raise _none(f"no mart has {unknown}", near)
    if len(found) > 1 or set(SIDES) <= set(asked):
        raise _none("these are not in one mart together", near)
    adds_up = near.cells == 1 or ONCE_A_KEY.get(near.name) in asked
    if not adds_up and len(asked) + len(SIDES.keys() & set(asked)) < len(near.keys):
        raise _none("a visitor is in several of its cells, which cannot be added up", near)
    if near.grain == "week" and question.time_unit not in ("", "week"):
        raise _none("cells are of whole weeks", near)
    return near


def answer_from_marts(
    question: Question, engine: EngineLike, release: str, complete_until_ms: int | None = None, *, began: str = ""
) -> Answer:
    """The question's answer out of the numbers drawn for the release; not yet released: all rows, in order. ``began``: the first day of the
    newest list of marts.

    A sum lacks the cells that were under their threshold. Where all of a breakdown's are, or they are off by more than MOST_ERROR,
    ``meta.coarser`` says what is left to ask.

    Raises:
        BadQuestion: no mart answers it.
        Unavailable: the store is away.
    """
    question = _since_the_first(question, engine, release)
    mart = mart_of(question)
    noise = told_of(release, mart, _earlier(question), began)
    found, lines = _cells(question, question.period, engine, noise)
    others: Cells = {}
    if question.comparison is not None:
        others, more = _cells(question, question.comparison, engine, noise)
        lines |= more
    rows = _rows(question, found, others)
    order = order_of(question)
    drawn = Drawn(release=release, mart=mart.name, rho=noise.rho, sigma=noise.sigma, threshold=noise.threshold, lines=tuple(sorted(lines)))
    rest = {"limit": question.limit, "offset": question.offset, "order": order, "drawn": drawn}
    answer = answer_of(question, ordered(rows, order), complete_until_ms, **rest)
    if mart.name == "portal" or (found and _error(found, noise) <= MOST_ERROR):
        return answer
    why = f"Numbers of the mart {mart.name} are off by more than {MOST_ERROR:.0%}." if found else ABSENT.format(mart.name)
    return msgspec.structs.replace(answer, meta=answer.meta | {"coarser": f"{why} {_offered(question, engine, release, began)}"})


def _earlier(question: Question) -> Period:
    """The one of its two periods that begins first."""
    return min((one for one in (question.period, question.comparison) if one is not None), key=lambda one: one.first)


def _offered(question: Question, engine: EngineLike, release: str, began: str) -> str:
    """The first coarser breakdown whose numbers are off by MOST_ERROR at most; the portal's visitors where none is."""
    for name in (ROLLED_UP[name] for name in question.dimensions if name in ROLLED_UP):
        by = tuple(name if ROLLED_UP.get(own) == name else own for own in question.dimensions)
        coarser = msgspec.structs.replace(question, dimensions=by)
        noise = told_of(release, mart_of(coarser), _earlier(coarser), began)
        found, _ = _cells(coarser, question.period, engine, noise)
        if found and _error(found, noise) <= MOST_ERROR:
            return f"By {name} they are off by {_error(found, noise):.0%}."
    return "The mart portal has the visitors of each day."


def _error(found: Cells, noise: Told) -> float:
    """How far its numbers may be off, all together, as a part of them: nine in ten times it is less."""
    return (
        NINE_IN_TEN * noise.sigma * sum(math.sqrt(cells) for _, cells in found.values()) / sum(visitors for visitors, _ in found.values())
    )


def first_drawn(engine: EngineLike, release: str, site: int) -> date | None:
    """The first day of which the release has visitors of the portal; ``None`` without any. Raises Unavailable where the store is away."""
    ((first, days),) = engine.query(FIRST, {"release": release, "site": site}, name="first drawn")
    return first if days else None


def _since_the_first(question: Question, engine: EngineLike, release: str) -> Question:
    """``all`` begins with the first day that was drawn; without any it is today."""
    period = question.period
    if not period.is_all:
        return question
    first = first_drawn(engine, release, question.portal.id) or period.last
    pair = [min(first, period.last).isoformat(), period.last.isoformat()]
    return question.over(parse_period(pair, timezone=period.timezone, now_ms=0))


def _none(why: str, near: Mart) -> BadQuestion:
    by = f"by {', '.join(near.keys)}" if near.keys else "of the whole portal"
    return BadQuestion(
        "No mart answers this: {why}. The nearest is {near}: visitors of each {grain} {by}.",
        why=why,
        near=near.name,
        grain=near.grain,
        by=by,
    )


def _rows(question: Question, found: Cells, others: Cells) -> list[Row]:
    labelled, sorted_by, rows = labels_of(question), keys_of(question), []
    theirs = labels_of(msgspec.structs.replace(question, period=question.comparison or question.period))
    for key in found if question.dimensions else [()]:
        labels = labelled(key)
        value, cells = found.get(key, (0, 0))
        row = Row(labels, (value,), cells=cells, keys=sorted_by(key, labels))
        if question.comparison is not None:
            their_key = _counterpart(question, key)
            old, cells = others.get(their_key, (0, 0)) if their_key is not None else (0, 0)
            other = Row(theirs(their_key) if their_key is not None else ("",) * len(key), (old,), cells=cells)
            row = msgspec.structs.replace(row, comparison=other, change=(change("visitors", value, old),))
        rows.append(row)
    return rows


def _counterpart(question: Question, key: Key) -> Key | None:
    """The same dimensions in the other period, time at the same position; ``None`` where that is shorter."""
    assert question.comparison is not None
    place = next((place for place, name in enumerate(question.dimensions) if name in DAYS), None)
    if place is None:
        return key
    mine, theirs = (bucket_starts(period, question.time_unit) for period in (question.period, question.comparison))
    position = mine.index(key[place] * 1000)
    return (*key[:place], theirs[position] // 1000, *key[place + 1 :]) if position < len(theirs) else None


def _cells(question: Question, period: Period, engine: EngineLike, noise: Told) -> tuple[Cells, set[int]]:
    """What the mart has of the period, and the ledger's lines."""
    keys = MARTS_BY_NAME[noise.mart].keys
    names = [name for name in question.dimensions if name not in DAYS]
    parameters = {
        "release": noise.release,
        "mart": noise.mart,
        "site": question.portal.id,
        "first": period.first,
        "last": period.last - WEEK_BUT_A_DAY if MARTS_BY_NAME[noise.mart].grain == "week" else period.last,
        "threshold": noise.threshold,
        "side": next((SIDES[name] for name in names if name in SIDES), ""),
        "places": [keys.index(KEYS[name][1]) + 1 for name in names],
        "by_day": int(bool(question.time_unit)),
    }
    found: Cells = {}
    lines: set[int] = set()
    for day, wanted, visitors, cells, some in engine.query(SQL, parameters, name="marts"):
        key = _key(question, period, day, dict(zip(names, wanted, strict=True)))
        if key is not None:
            before = found.get(key, (0, 0))
            found[key] = (before[0] + int(visitors), before[1] + int(cells))
            lines.update(some)
    return found, lines


def _key(question: Question, period: Period, day: date, values: dict[str, Any]) -> Key | None:
    """Raw dimension values as other answers have them; ``None`` for a goal that is no more."""
    goals = {str(goal.id): place for place, goal in enumerate(question.goals)}
    if "event:goal" in values:
        if values["event:goal"] not in goals:
            return None
        values = values | {"event:goal": goals[values["event:goal"]]}
    if question.time_unit:
        starts = bucket_starts(period, question.time_unit)
        at = local_midnight(day, period.zone)
        values = values | {f"time:{question.time_unit}": starts[bisect_right(starts, at) - 1] // 1000}
    return tuple(values[name] for name in question.dimensions)
