"""What a cell tells, and when: counts by their cohort, and each sum or mean by who shares in it.

A column that is added up has a rule of its own, for nineteen who paid nothing and one who paid are a cohort of payments and not of payers:

- those who bring something to it are a cohort. Where devices are told apart they are devices, with all that each brings in a day; else they
  are rows; where a row is an aggregate already they are its people, and a column that counts as they do holds a cohort itself;
- the two who bring most bring less than DOMINANT_SHARE of it together, as two devices do of a count of rows;
- nobody knows a device on another day, so over several days sharers are those of the best one, and what two bring is added up by days;
- where the contract says who is paid, FEWEST_PAYEES or more are, and no two of them get that share.

Nothing and few look alike. What a column does not tell in a cell waits for a coarser one, whatever the cell's other numbers do.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from footfall.sources.cells import UNIQ, apart_of, has_devices, is_by_contributor, numbers_of
from footfall.sources.contract import FEWEST_PAYEES, Contract, Measure

__all__ = ["DOMINANT_SHARE", "Told", "told_of_cells"]

DOMINANT_SHARE = 0.85
"""Of a sum or count; what two may not reach together."""
PEOPLE = ("toUInt64(sum(people)) AS ff_people", "ff_people AS ff_cohort")
EACH = ("sum(people) AS ff_each",)
DAILY = (
    "sum(ff_each) AS ff_brought",
    "count() AS ff_seen",
    "countIf(ff_each > 0) AS ff_sharing",
    "arraySum(groupArraySorted(2)(-ff_each)) AS ff_two",
)
"""Of devices, on a day."""
PEOPLE_APART = (
    "toUInt64(sum(ff_brought)) AS ff_people",
    "sum(ff_seen) AS ff_devices",
    "max(ff_sharing) AS ff_cohort",
    "-sum(ff_two) AS ff_most",
)
"""Of these, over days: nobody knows a device on another day, so those of several are not added up to a cohort."""


class Told(msgspec.Struct, frozen=True):
    """What a cell tells by one rule, as SQL over the stage."""

    sums: str
    """Aggregates with their names."""
    keep: str
    """Condition on them: whether the cell is kept."""
    told: str
    """Array of (measure, unit, value, cohort)."""
    parameters: Mapping[str, Any] = {}
    categories: tuple[str, ...] = ()
    """Columns of the stage that stay in the key where categories are put together."""
    each: str = ""
    """Aggregates by device, of which ``daily`` are made; empty: these are made of the stage's rows."""
    daily: str = ""
    """Aggregates by day, of which ``sums`` are made; empty: these are made of the stage's rows."""


def told_of_cells(contract: Contract) -> tuple[Told, ...]:
    """Counts and devices together, then each column that is added up."""
    counts = [(index, measure) for index, measure in enumerate(contract.measures) if (index, measure) not in numbers_of(contract)]
    columns = dict.fromkeys(measure.column for _, measure in numbers_of(contract))
    of_columns = ([(index, measure) for index, measure in numbers_of(contract) if measure.column == column] for column in columns)
    return tuple(_told(contract, group) for group in ([counts] if counts else []) + list(of_columns))


def _told(contract: Contract, group: list[tuple[int, Measure]]) -> Told:
    is_summed = group[0] in numbers_of(contract)
    parameters: dict[str, Any] = {"smallest": contract.min_cohort, "dominant": DOMINANT_SHARE, "payees": FEWEST_PAYEES}
    for index, measure in group:
        parameters |= {f"measure{index}": measure.name, f"unit{index}": measure.unit}
    is_each, is_apart = "who" in apart_of(contract), has_devices(contract)
    sums, each = list(PEOPLE_APART if is_apart else PEOPLE), list(EACH)
    daily = list(DAILY) if is_each else _daily_counts(contract)
    keep = [] if is_summed else _keep_counts(contract, [measure for _, measure in group])
    for index, measure in group if is_summed else ():
        sums += _sums_apart(contract, index, measure) if is_each else _sums(contract, index, measure)
        keep += _keep(contract, index, measure)
        each += _each(contract, index, measure)
        daily += _daily(contract, index, measure)
    return Told(
        sums=", ".join(sums),
        keep=" AND ".join(keep),
        told=f"[{', '.join(_cell(contract, index, measure) for index, measure in group)}]",
        parameters=parameters,
        each=", ".join(each) if is_each else "",
        daily=", ".join(daily) if is_apart else "",
    )


def _keep_counts(contract: Contract, measures: list[Measure]) -> list[str]:
    """Rows of one device are no cohort, however many, and no two devices make most of a count. How many devices there are, none makes."""
    found = [_enough(contract, "ff_cohort")]
    if has_devices(contract) and contract.cohort != "certified" and any(measure.aggregate == "count" for measure in measures):
        found.append("toFloat64(ff_most) < {dominant:Float64} * toFloat64(ff_people)")
    return found


def _daily_counts(contract: Contract) -> list[str]:
    """Of rows of one day, whose devices are a state: what two of them bring is no more than two groups, or all but a row of each other."""
    two = "arraySum(arraySlice(arrayReverseSort(sumForEach(g)), 1, 2))"
    if contract.cohort == "rows":
        two = f"least({two}, toInt64(ff_brought) - toInt64(ff_seen) + 2)"
    sharing = "least(toUInt64(ff_brought), ff_seen) AS ff_sharing"
    return ["sum(people) AS ff_brought", f"{UNIQ}Merge(who) AS ff_seen", sharing, f"-{two} AS ff_two"]


def _each(contract: Contract, index: int, measure: Measure) -> list[str]:
    """What one device brings."""
    found = [f"sum(v{index}) AS ff_d{index}"]
    if measure.aggregate == "mean":
        found.append(f"sum(w{index}) AS ff_e{index}")
    if contract.used("payee"):
        found.append(f"sumMap([payee], [v{index}]) AS ff_g{index}")
    return found


def _daily(contract: Contract, index: int, measure: Measure) -> list[str]:
    """What all devices of one day bring."""
    brought = f"ff_d{index}"
    found = [f"sum({brought}) AS ff_dv{index}", f"countIf({brought} != 0) AS ff_dn{index}", f"sum(abs({brought})) AS ff_da{index}"]
    found.append(f"-arraySum(groupArraySorted(2)(-toFloat64(abs({brought})))) AS ff_dt{index}")
    if measure.aggregate == "mean":
        found.append(f"sum(ff_e{index}) AS ff_dw{index}")
    if contract.used("payee"):
        found.append(f"sumMap(ff_g{index}.1, ff_g{index}.2) AS ff_dg{index}")
    return found


def _sums_apart(contract: Contract, index: int, measure: Measure) -> list[str]:
    """Of days: sharers are those of the best one, and what two bring in all is no more than what the two of each day do."""
    sums = [f"sum(ff_dv{index}) AS ff_v{index}", f"max(ff_dn{index}) AS ff_n{index}", f"sum(ff_da{index}) AS ff_a{index}"]
    sums.append(f"arraySum(arraySort(groupArray(ff_dt{index}))) AS ff_t{index}")
    if measure.aggregate == "mean":
        sums.append(f"toUInt64(sum(ff_dw{index})) AS ff_w{index}")
    return [*sums, *_paid(contract, index, f"sumMap(ff_dg{index}.1, ff_dg{index}.2)")]


def _sums(contract: Contract, index: int, measure: Measure) -> list[str]:
    sums = [f"sum(v{index}) AS ff_v{index}", f"{_sharers(contract, index, measure)} AS ff_n{index}", f"sum(a{index}) AS ff_a{index}"]
    sums.append(f"-arraySum(arraySlice(arraySort(groupArrayArray(t{index})), 1, 2)) AS ff_t{index}")
    if measure.aggregate == "mean":
        sums.append(f"toUInt64(sum(w{index})) AS ff_w{index}")
    return [*sums, *_paid(contract, index, f"sumMap([payee], [v{index}])")]


def _paid(contract: Contract, index: int, paid: str) -> list[str]:
    return [f"arrayMap(one -> abs(toFloat64(one)), tupleElement({paid}, 2)) AS ff_p{index}"] if contract.used("payee") else []


def _keep(contract: Contract, index: int, measure: Measure) -> list[str]:
    if contract.cohort == "certified":
        return [f"ff_w{index} > 0" if measure.aggregate == "mean" else "1"]
    found = [_enough(contract, f"ff_n{index}")]
    if is_by_contributor(contract):
        found.append(f"ff_t{index} < {{dominant:Float64}} * toFloat64(ff_a{index})")
    if contract.used("payee"):
        found.append(f"arrayCount(one -> one != 0, ff_p{index}) >= {{payees:UInt8}}")
        found.append(f"arraySum(arraySlice(arrayReverseSort(ff_p{index}), 1, 2)) < {{dominant:Float64}} * arraySum(ff_p{index})")
    return found


def _sharers(contract: Contract, index: int, measure: Measure) -> str:
    """How many bring something to it where no device is told apart, as SQL."""
    counts = measure.aggregate == "sum" and contract.cohort not in ("rows", "certified") and _is_of_people(contract, measure)
    return f"least(ff_people, toUInt64(abs(ff_v{index})))" if counts else f"toUInt64(sum(n{index}))"


def _is_of_people(contract: Contract, measure: Measure) -> bool:
    """Whether a column counts as that of the cohort does, whole ones of the same unit: five thousand minutes are no cohort."""
    columns = {column.name: column for column in contract.columns}
    counted = next((one.unit for one in contract.measures if one.aggregate == "count"), "")
    unit = measure.unit or columns[measure.column].unit
    return columns[measure.column].kind == "integer" and unit == (columns[contract.cohort].unit or counted)


def _enough(contract: Contract, expression: str) -> str:
    return "1" if contract.cohort == "certified" else f"{expression} >= {{smallest:UInt64}}"


def _cell(contract: Contract, index: int, measure: Measure) -> str:
    value, cohort = {
        "count": ("ff_people", "ff_cohort"),
        "sum": (f"toFloat64(ff_v{index})", f"ff_n{index}"),
        "mean": (f"toFloat64(ff_v{index}) / ff_w{index}", f"ff_w{index}"),
        "distinct": ("ff_devices", "ff_cohort"),
    }[measure.aggregate]
    if contract.cohort == "certified":
        cohort = f"{cohort if measure.aggregate == 'mean' else 'ff_cohort'} * {{smallest:UInt64}}"
    return f"({{measure{index}:String}}, {{unit{index}:String}}, toFloat64({value}), toUInt64({cohort}))"
