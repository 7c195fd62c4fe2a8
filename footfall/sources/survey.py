"""Answers become histograms: how often each score was given to a question, in a bucket, at a place, and the summary of its scale.

A histogram is kept when it has a cohort of answers and so has every class that its summary tells. Bars under the cohort are absent, and so
is one more of their class where what is missing could be had by subtraction. Where the summary is a mean, which is one more equation, all
bars are told or none. Where devices are told apart, what one of them answers again counts once, and each class has a cohort of devices.
"""

from typing import NamedTuple

from footfall.errors import BadInput
from footfall.sources.cells import UNIQ, Read, apart_of, has_devices, keys_of, of_part, rows_of, stage_columns
from footfall.sources.contract import Column, Contract
from footfall.sources.told import Told
from footfall.store.workshop import literal

__all__ = ["Scale", "answer_columns", "answers_insert", "scale_of", "told_of_answers"]

WIDEST = 20
CLASSES: dict[tuple[int, int], tuple[str, str, tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    (1, 5): ("csat", "%", ((1, 3), (4, 5)), (0, 100)),
    (0, 10): ("nps", "points", ((0, 6), (7, 8), (9, 10)), (-100, 0, 100)),
    (0, 1): ("share", "%", ((0, 0), (1, 1)), (0, 100)),
}
"""By scale: the summary, its unit, the classes of scores that it tells, and what an answer of each is worth."""
MEANS = {(1, 7): "ces"}
UNIT = "answers"


class Scale(NamedTuple):
    """Scores from the lowest to the highest, whole numbers."""

    low: int
    high: int

    @property
    def classes(self) -> tuple[tuple[int, int], ...]:
        """Of scores, both bounds in, whose sizes the summary tells."""
        return CLASSES[self][2] if self in CLASSES else ((self.low, self.high),)


def scale_of(contract: Contract) -> Scale:
    """The scale of all its scores.

    Raises:
        BadInput: they have none, or several.
    """
    found = {(column.minimum, column.maximum) for column in contract.used("score")}
    bounds = found.pop() if len(found) == 1 else (None, None)
    if not all(isinstance(bound, int | float) and float(bound).is_integer() for bound in bounds):
        raise BadInput("The scores of a survey need one scale: the same whole minimum and maximum.")
    scale = Scale(*(int(float(bound)) for bound in bounds if bound is not None))
    if not 0 < scale.high - scale.low <= WIDEST:
        raise BadInput("A scale of scores goes from its minimum to its maximum in {most} steps or less.", most=WIDEST)
    return scale


def answer_columns(contract: Contract) -> str:
    """The stage's columns as DDL: an answer is grouped by its question and score too."""
    return stage_columns(contract, more=("question String", "score Int16"))


def answers_insert(read: Read) -> str:
    """The statement that puts a piece's answers into ``stage``. What was not answered is no row."""
    keys = ", ".join(["ff_fault", *(f"ff_{name}" for name in keys_of(read.contract)), "ff_answer.1", "ff_answer.2"])
    keys += "".join(f", ff_{name}" for name in apart_of(read.contract))
    answers = ", ".join(f"({_question(read, column)}, {_score(read, column)})" for column in read.contract.used("score"))
    asked = f"if(ff_fault = '', [{answers}], [('', CAST(0, 'Nullable(Int16)'))]) AS ff_answers"
    rows = f"SELECT *, arrayJoin(ff_answers) AS ff_answer FROM ({rows_of(read, more=[asked])})"
    who = f", {UNIQ}State(ff_who)" if has_devices(read.contract) else ""
    return (
        f"INSERT INTO stage SELECT {keys}, count(), sum(ff_people), min(ff_row){who} "
        f"FROM ({rows}) WHERE ff_answer.2 IS NOT NULL AND {of_part(read)} GROUP BY {keys}"
    )


def told_of_answers(contract: Contract) -> Told:
    """A histogram's number of answers, summary and bars."""
    scale = scale_of(contract)
    scores = range(scale.low, scale.high + 1)
    counts = f"[{', '.join(_answered(contract, score) for score in scores)}]"
    sums, daily = [f"{counts} AS ff_bars", "ff_bars AS ff_best", "arraySum(ff_bars) AS ff_people", "ff_people AS ff_cohort"], []
    enough = [f"{_between(scale, low, high)} >= {{smallest:UInt64}}" for low, high in scale.classes]
    if has_devices(contract):
        daily = [f"{counts} AS ff_given"]
        sums = ["sumForEach(ff_given) AS ff_bars", "maxForEach(ff_given) AS ff_best", "arraySum(ff_bars) AS ff_people"]
        sums.append("max(ff_apart) AS ff_cohort")
        daily.append(f"{UNIQ}Merge(who) AS ff_apart")
        for at, (low, high) in enumerate(scale.classes):
            daily.append(f"{UNIQ}MergeIf(who, score BETWEEN {low} AND {high}) AS ff_of{at}")
            sums.append(f"max(ff_of{at}) AS ff_devices{at}")
            enough.append(f"ff_devices{at} >= {{smallest:UInt64}}")
    name = next((measure.name for measure in contract.measures if measure.aggregate == "count"), UNIT)
    told = f"[({{answers:String}}, {literal(UNIT)}, toFloat64(ff_people), ff_cohort), {_summary(scale)}]"
    bars = ", ".join(_bars(scale, low, high, is_whole=has_devices(contract)) for low, high in scale.classes)
    return Told(
        ", ".join(sums),
        " AND ".join(["ff_cohort >= {smallest:UInt64}", *enough]),
        f"arrayConcat({told}, {bars})",
        {"smallest": contract.min_cohort, "answers": name},
        ("question",),
        daily=", ".join(daily),
    )


def _answered(contract: Contract, score: int) -> str:
    people = f"toUInt64(sumIf(people, score = {score}))"
    return f"least({people}, {UNIQ}MergeIf(who, score = {score}))" if has_devices(contract) else people


def _question(read: Read, column: Column) -> str:
    asked = [f"ifNull(toString({read.value(question)}), '')" for question in read.contract.used("question")]
    if len(read.contract.used("score")) > 1 or not asked:
        asked.append(literal(column.name))
    return asked[0] if len(asked) == 1 else f"concatWithSeparator(' · ', {', '.join(asked)})"


def _score(read: Read, column: Column) -> str:
    return f"accurateCastOrNull({read.value(column)}, 'Int16')"


def _between(scale: Scale, low: int, high: int) -> str:
    return f"arraySum(arraySlice(ff_bars, {low - scale.low + 1}, {high - low + 1}))"


def _summary(scale: Scale) -> str:
    if scale not in CLASSES:
        weighted = f"arraySum(arrayMap((n, at) -> n * (at + {scale.low - 1}), ff_bars, arrayEnumerate(ff_bars)))"
        return f"({literal(MEANS.get(scale, 'mean'))}, 'points', toFloat64({weighted}) / ff_people, ff_people)"
    name, unit, classes, worth = CLASSES[scale]
    parts = " + ".join(f"{value} * toFloat64({_between(scale, *bounds)})" for bounds, value in zip(classes, worth, strict=True) if value)
    return f"({literal(name)}, {literal(unit)}, ({parts}) / ff_people, ff_people)"


def _bars(scale: Scale, low: int, high: int, *, is_whole: bool) -> str:
    """``is_whole``: all bars of the class or none, for what is missing may be the same devices again."""
    size = high - low + 1
    given = ", ".join(f"arraySlice({name}, {low - scale.low + 1}, {size})" for name in ("ff_bars", "ff_best"))
    given = f"arrayMap((n, best, at) -> (n, at + {low - 1}, best), {given}, range(1, {size + 1}))"
    shown = f"arrayFilter(bar -> bar.3 >= {{smallest:UInt64}}, {given})"
    hidden = f"{_between(scale, low, high)} - arraySum(bar -> bar.1, {shown})"
    if scale in CLASSES and not is_whole:
        fewer = f"if({hidden} >= {{smallest:UInt64}}, {shown}, arrayPopBack(arrayReverseSort({shown})))"
    else:
        fewer = f"arrayFilter(bar -> 0, {given})"
    told = f"if(length({shown}) = {size}, {shown}, {fewer})"
    return (
        f"arrayMap(bar -> (concat({{answers:String}}, ':', toString(bar.2)), {literal(UNIT)}, toFloat64(bar.1), toUInt64(bar.3)), {told})"
    )
