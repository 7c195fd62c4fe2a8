"""What a cell tells, and when: counts by their cohort, and each sum or mean by who shares in it.

A column that is added up has a rule of its own, for nineteen who paid nothing and one who paid are a cohort of payments and not of payers:

- those who bring something to it are a cohort. Where devices are told apart they are devices, with all that each brings in a day; else they
  are rows; where a row is an aggregate already they are its people, and a column that counts as they do holds a cohort itself;
- the two who bring most bring less than DOMINANT_SHARE of it together;
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
"""Of a sum; what two may not reach together."""


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
    """Aggregates by ``who``, of which ``sums`` are made; empty: these are made of the stage's rows."""


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
    sums = _counted(contract, is_summed=is_summed)
    keep = [] if is_summed else [_enough(contract, "ff_cohort")]
    each = ["sum(people) AS ff_each"] if is_summed else []
    for index, measure in group if is_summed else ():
        sums += _sums(contract, index, measure)
        keep += _keep(contract, index, measure)
        each += _each(contract, index, measure)
    return Told(
        sums=", ".join(sums),
        keep=" AND ".join(keep),
        told=f"[{', '.join(_cell(contract, index, measure) for index, measure in group)}]",
        parameters=parameters,
        each=", ".join(each) if "who" in apart_of(contract) else "",
    )


def _counted(contract: Contract, *, is_summed: bool) -> list[str]:
    if is_summed and "who" in apart_of(contract):
        return ["toUInt64(sum(ff_each)) AS ff_people", "count() AS ff_devices", "least(ff_people, ff_devices) AS ff_cohort"]
    people = "toUInt64(sum(people)) AS ff_people"
    if not has_devices(contract):
        return [people, "ff_people AS ff_cohort"]
    devices = "uniqExact(who)" if "who" in apart_of(contract) else f"{UNIQ}Merge(who)"
    return [people, f"{devices} AS ff_devices", "least(ff_people, ff_devices) AS ff_cohort"]


def _each(contract: Contract, index: int, measure: Measure) -> list[str]:
    """What one device brings."""
    found = [f"sum(v{index}) AS ff_d{index}"]
    if measure.aggregate == "mean":
        found.append(f"sum(w{index}) AS ff_e{index}")
    if contract.used("payee"):
        found.append(f"sumMap([payee], [v{index}]) AS ff_g{index}")
    return found


def _sums(contract: Contract, index: int, measure: Measure) -> list[str]:
    is_each = "who" in apart_of(contract)
    sums = [f"sum({f'ff_d{index}' if is_each else f'v{index}'}) AS ff_v{index}"]
    if measure.aggregate == "mean":
        sums.append(f"toUInt64(sum({f'ff_e{index}' if is_each else f'w{index}'})) AS ff_w{index}")
    if is_each:
        brought = f"ff_d{index}"
        sums += [f"countIf({brought} != 0) AS ff_n{index}", f"sum(abs({brought})) AS ff_a{index}"]
        sums.append(f"groupArraySorted(2)(-toFloat64(abs({brought}))) AS ff_t{index}")
    else:
        sums += [f"{_sharers(contract, index, measure)} AS ff_n{index}", f"sum(a{index}) AS ff_a{index}"]
        sums.append(f"arraySlice(arraySort(groupArrayArray(t{index})), 1, 2) AS ff_t{index}")
    if contract.used("payee"):
        paid = f"sumMap(ff_g{index}.1, ff_g{index}.2)" if is_each else f"sumMap([payee], [v{index}])"
        sums.append(f"arrayMap(one -> abs(toFloat64(one)), tupleElement({paid}, 2)) AS ff_p{index}")
    return sums


def _keep(contract: Contract, index: int, measure: Measure) -> list[str]:
    if contract.cohort == "certified":
        return [f"ff_w{index} > 0" if measure.aggregate == "mean" else "1"]
    found = [_enough(contract, f"ff_n{index}")]
    if is_by_contributor(contract):
        found.append(f"-arraySum(ff_t{index}) < {{dominant:Float64}} * toFloat64(ff_a{index})")
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
