"""Forms: of those who started one, how many came at least as far as each of its fields, and how many sent it."""

from collections import defaultdict
from importlib.resources import files
from itertools import groupby
from string import Template

import msgspec

from footfall.privacy import Released
from footfall.reports.funnels import Taken, taken_rows
from footfall.reports.question import Question
from footfall.reports.run import EngineLike, answer_of, with_data
from footfall.reports.whole_visits import WholeVisits
from footfall.vocabulary import Answer, Row

__all__ = ["FIELDS_A_FORM", "SENT", "STARTED", "FormPath", "form_paths", "forms"]

FIELDS, FURTHEST = (
    Template(files("footfall.reports").joinpath(name).read_text(encoding="utf-8")) for name in ("form_fields.sql", "forms.sql")
)
STARTED, SENT = "(started)", "(sent)"
"""Stand for the first and the last step, which are no fields."""
FIELDS_A_FORM, FIELDS_IN_ALL = 50, 2000
"""Those that most visitors completed; whoever sends events can make up names of fields."""
LAST = 65_535
"""The step of sending, behind every field."""


class Field(msgspec.Struct, frozen=True):
    """A field of a form, as its page's author named it."""

    name: str
    visitors: int
    """Who completed it."""


class FormPath(msgspec.Struct, frozen=True, kw_only=True):
    """One form as it may be shown."""

    name: str
    steps: tuple[Taken, ...]
    """Started, the fields, sent."""


def forms(question: Question, engine: EngineLike, complete_until_ms: int | None = None) -> Answer:
    """Visitors by form and step, not yet released: each form's steps together, in their order; the forms that most started first.

    A visitor counts at every step up to the furthest that one of their visits came to: started (any event of the form), its fields, sent.
    Fields stand in the order in which they are completed, by the mean of their places in the visits. Forms without a name are none.

    Why not who completed each field: fields may be left out and be filled in in any order, so those sets do not lie within each other. One
    number less another is then no group of visitors, except where a field can only be reached by way of the other, as every reader of the
    form can see; the gate cannot see it, and would show what rests on the few between. "At least this far" lies in order by itself:
    whoever left a field out and went on is past it, each row's visitors are among those of the row before, and a difference of two rows is
    always a group ("stopped between these"), which the gate holds to the cohort (``related`` is ``paths``). It decides the two ends first,
    for who starts and who sends is what is asked of a form. Names of fields are whatever was sent: the second cohort of a field's row is
    who completed it, and where that is too small the row is absent.

    A visit counts in the period in which its first event of the form lies; filters choose visits, as for a funnel.

    Raises:
        BadQuestion: it takes too long.
        Unavailable: the store is away.
    """
    question = with_data(question, engine)
    fields = _fields(question, engine)
    found = _furthest(question, engine, fields)
    rows: list[Row] = []
    ranked = sorted(found.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    for rank, (form, by_step) in enumerate(ranked):
        rows += _rows(form, by_step, fields[form], rank)
    return answer_of(question, rows, complete_until_ms, related="paths")


def form_paths(released: Released[Answer]) -> tuple[FormPath, ...]:
    """The forms of a released answer with their steps' shares and losses."""
    found = groupby(released.answer.rows, key=lambda row: row.dimensions[0])
    return tuple(FormPath(name=form, steps=taken_rows([_named(row) for row in rows])) for form, rows in found)


def _named(row: Row) -> Row:
    """By the step alone."""
    return msgspec.structs.replace(row, dimensions=row.dimensions[1:])


def _rows(form: str, by_step: dict[int, int], fields: list[Field], rank: int) -> list[Row]:
    """One a step: who came to it or further; ``rank`` is the form's place among the forms."""
    steps = [(STARTED, 1), *((field.name, place) for place, field in enumerate(fields, start=2)), (SENT, LAST)]
    rows = []
    for place, (name, step) in enumerate(steps):
        visitors = sum(number for furthest, number in by_step.items() if furthest >= step)
        told = fields[place - 1].visitors if 0 < place <= len(fields) else visitors
        rows.append(Row((form, name), (visitors,), visitors, cohorts=(visitors, told), keys=(rank, place)))
    return rows


def _fields(question: Question, engine: EngineLike) -> dict[str, list[Field]]:
    """Each form's fields, in the order in which they are completed."""
    visits = WholeVisits(question)
    values = _period(visits) | {"most": str(FIELDS_A_FORM), "most_in_all": str(FIELDS_IN_ALL)}
    rows = engine.query(FIELDS.substitute(values, events=visits.events()), visits.parameters, name="form fields")
    found: dict[str, list[Field]] = defaultdict(list)
    for form, field, visitors, _ in sorted(rows, key=lambda row: (row[3], -row[2], row[1])):
        found[form].append(Field(field, int(visitors)))
    return found


def _furthest(question: Question, engine: EngineLike, fields: dict[str, list[Field]]) -> dict[str, dict[int, int]]:
    """Visitors by form and the furthest step."""
    visits = WholeVisits(question)
    places = {_key(form, field.name): place for form, named in fields.items() for place, field in enumerate(named, start=2)}
    keys, steps = visits.value(list(places), "Array(String)"), visits.value(list(places.values()), "Array(UInt16)")
    # A field that is too rare to be listed is at place 0 here: the form was started, no more.
    place = f"greatest(arrayElement({steps}, indexOf({keys}, concat(toString(length(form)), ' ', form, props['field']))), 1)"
    values = _period(visits) | {"sent": str(LAST), "place": place}
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for form, furthest, visitors in engine.query(FURTHEST.substitute(values, events=visits.events()), visits.parameters, name="forms"):
        found[form][int(furthest)] = int(visitors)
    return found


def _period(visits: WholeVisits) -> dict[str, str]:
    return {"from": visits.instant(visits.period.from_ms), "to": visits.instant(visits.period.to_ms)}


def _key(form: str, field: str) -> str:
    """Of both names; unlike for every two pairs."""
    return f"{len(form.encode())} {form}{field}"
