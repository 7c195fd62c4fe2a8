"""What the names in a file have to do with those in its contract."""

from collections.abc import Iterable, Sequence

from footfall.errors import BadInput
from footfall.sentences import NOTHING, Sentence
from footfall.sources.contract import Contract
from footfall.sources.guard import look
from footfall.sources.names import is_name

__all__ = ["check_header", "check_known", "refuse_values"]


def check_header(found: Sequence[str], contract: Contract) -> None:
    """The file's columns are those of the contract, each once, in any order.

    The option ``unnamed: drop`` lets columns be that the contract does not name: they are not read. ``absent: empty`` lets columns
    be missing: they hold nothing.

    Raises:
        BadInput: names what is on one side only, and both lists; no name of the file where one of them looks like a value, or where the
            contract has none of them: that line may be a person's.
    """
    named = [column.name for column in contract.columns]
    refuse_values(name for name in found if name and name not in named)
    if named and set(named).isdisjoint(found):
        raise BadInput(
            "None of the file's {count:,} columns is in the contract: it is another file, or its first line is no header. "
            "The contract has: {named}.",
            count=len(found),
            named=_listed(named),
        )
    twice = sorted({name for name in found if found.count(name) > 1})
    if twice:
        raise BadInput("The file has two columns called {names}; they cannot be told apart.", names=_listed(twice))
    missing = [] if contract.options.get("absent") == "empty" else [name for name in named if name not in found]
    unnamed = [] if contract.options.get("unnamed") == "drop" else [name for name in found if name not in named]
    if missing or unnamed:
        raise BadInput(
            "The file's columns are not those of the contract. {missing}{unnamed}The file has: {found}. The contract has: {named}.",
            missing=Sentence("Not in the file: {names}. ", names=_listed(missing)) if missing else NOTHING,
            unnamed=Sentence("Not in the contract: {names}. ", names=_listed(unnamed)) if unnamed else NOTHING,
            found=_listed(found),
            named=_listed(named),
        )


def refuse_values(names: Iterable[str]) -> None:
    """TRICKY: without a header the first row is taken for one, and an error that quotes it stays in the line of a load.

    Raises:
        BadInput: one of them looks like a value, or holds what the guard is certain of.
    """
    found = list(names)
    if not all(map(is_name, found)) or look([(name, 1) for name in found], header=""):
        raise BadInput("The first line is no header: a name is empty, stands there twice or looks like a value.")


def check_known(known: Sequence[str], contract: Contract) -> list[str]:
    """Names that the contract keeps, where the format says what there is to keep.

    Raises:
        BadInput: it keeps what the format does not have, or what is never read of it.
    """
    kept = [column.name for column in contract.kept]
    strange = [name for name in kept if name not in known]
    if strange:
        raise BadInput(
            "The contract keeps {names}, which is not read of the format {format}. Valid: {valid}.",
            names=_listed(strange),
            format=contract.format,
            valid=_listed(known),
        )
    return kept


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "–"
