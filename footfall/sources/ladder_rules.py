"""What a ladder may be: each rung holds the one before it, in time, in place and in categories."""

import re

from footfall.errors import BadInput
from footfall.sentences import NOTHING, Sentence
from footfall.sources.contract import COARSER, Contract, Rung
from footfall.sources.shape import field_place

__all__ = ["FINEST_H3", "check_ladder"]

FINEST_H3 = 9
"""Cells of about 0.1 km²; finer ones would be an address."""
CITY = "city"
H3 = re.compile(r"h3:(\d{1,2})")
KIND = re.compile(r"[a-z][a-z_ ]*")


def check_ladder(contract: Contract) -> None:
    """Nothing where it is one.

    Raises:
        BadInput: it has no rung, one names a place that there is not, or one is not coarser than that before it.
    """
    place = field_place("ladder")
    if not contract.ladder:
        raise BadInput("{place}: no rung. Valid: at least one.", place=place)
    for at, rung in enumerate(contract.ladder):
        _placed(contract, rung, at, place)
    for at, (finer, coarser) in enumerate(zip(contract.ladder, contract.ladder[1:], strict=False), start=1):
        fault = _fault(finer, coarser, [rung.place for rung in contract.ladder[:at]])
        if fault:
            raise BadInput("{place}[{at}]: {fault}. Valid: a rung that holds the one before it.", place=place, at=at, fault=fault)


def _placed(contract: Contract, rung: Rung, at: int, place: str) -> None:
    cell, named = H3.fullmatch(rung.place), {column.place for column in contract.used("place")}
    if cell:
        if not contract.used("latitude") or int(cell[1]) > FINEST_H3:
            valid = Sentence("h3:0 to h3:{finest}, with columns of use latitude and longitude", finest=FINEST_H3)
            raise BadInput(
                "{place}[{at}].place: {value!r} is not valid. Valid: {valid}.", place=place, at=at, value=rung.place, valid=valid
            )
    elif not KIND.fullmatch(rung.place) or (at == 0 and rung.place not in {*named, CITY}):
        kinds = ", ".join([*sorted(named), CITY])
        raise BadInput(
            "{place}[{at}].place: {value!r} is not valid. Valid: {valid}.", place=place, at=at, value=rung.place[:80], valid=kinds
        )


def _fault(finer: Rung, coarser: Rung, seen: list[str]) -> Sentence:
    if coarser == finer:
        return Sentence("it is the same as the one before it")
    if coarser.time not in (finer.time, *COARSER[finer.time]):
        return Sentence("{finer} does not lie within {coarser}", finer=finer.time, coarser=coarser.time)
    if not _holds(coarser.place, finer.place, seen):
        return Sentence("{finer} does not lie within {coarser}", finer=finer.place, coarser=coarser.place)
    return Sentence("categories are told apart again") if coarser.categories and not finer.categories else NOTHING


def _holds(above: str, below: str, seen: list[str]) -> bool:
    """Cells lie within larger cells and within the city alone; kinds of places within kinds that did not come before."""
    if above in (below, CITY):
        return True
    cells = H3.fullmatch(above), H3.fullmatch(below)
    if cells[0] and cells[1]:
        return int(cells[0][1]) < int(cells[1][1])
    return not (cells[0] or cells[1]) and below != CITY and above not in seen
