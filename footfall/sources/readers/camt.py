"""ISO 20022 bank statements and notifications (camt.053, camt.054): one row a payment.

Names, accounts, addresses, references and remittance texts are never read. An entry that stands for several payments is a row
for each where every one has an amount in the entry's currency and they add up to it; else it is one row, and says for how many it stands.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.etree.ElementTree import Element

from footfall.sources.contract import Contract
from footfall.sources.pieces import Piece
from footfall.sources.readers.chunks import pieces_of
from footfall.sources.readers.heads import check_known
from footfall.sources.readers.xml_elements import child, elements, text_of

__all__ = ["CAMT_NAMES", "names_in_camt", "read_camt"]

CAMT_NAMES = ["BookgDt", "ValDt", "Amt", "Signed", "Ccy", "CdtDbtInd", "Sts", "BkTxCd", "NbOfTxs"]
"""``Amt`` as it stands, ``Signed`` below zero for a debit; ``BkTxCd`` is domain/family/sub-family, or the bank's own code."""
Detail = tuple[str | None, str | None, str | None, str | None]
"""Amount, currency, direction and code of one payment in an entry."""


def names_in_camt(path: Path, options: dict[str, str], encoding: str) -> list[str]:
    """What is read of a statement, whichever."""
    return CAMT_NAMES


def read_camt(path: Path, contract: Contract, room: Path) -> Iterator[Piece]:
    """Rows of the statement. Raises BadInput: it is no XML, or the contract keeps what is never read."""
    check_known(CAMT_NAMES, contract)
    yield from pieces_of(enumerate(_payments(path), 1), CAMT_NAMES, contract, room)


def _payments(path: Path) -> Iterator[list[str | None]]:
    details: list[Detail] = []
    for name, element in elements(path, "Ntry", "TxDtls"):
        if name == "TxDtls":
            details.append(_detail(element))
        else:
            yield from _rows(element, details)
            details = []


def _detail(element: Element) -> Detail:
    amount = next((found for path in ("Amt", "AmtDtls/TxAmt/Amt") if (found := child(element, path)) is not None), None)
    if amount is None:
        return None, None, text_of(element, "CdtDbtInd"), _code(element)
    return amount.text, amount.get("Ccy"), text_of(element, "CdtDbtInd"), _code(element)


def _rows(entry: Element, details: list[Detail]) -> Iterator[list[str | None]]:
    amount = child(entry, "Amt")
    value, currency = (amount.text, amount.get("Ccy")) if amount is not None else (None, None)
    direction, code = text_of(entry, "CdtDbtInd"), _code(entry)
    dates = [text_of(entry, f"{name}/DtTm", f"{name}/Dt") for name in ("BookgDt", "ValDt")]
    state = text_of(entry, "Sts/Cd", "Sts/Prtry", "Sts")
    parts = details if _add_up(value, currency, details) else [(value, currency, direction, code)]
    number = "1" if len(parts) > 1 else text_of(entry, "NtryDtls/Btch/NbOfTxs") or str(max(1, len(details)))
    for amount_of, _, own_direction, own_code in parts:
        turned = own_direction or direction
        yield [*dates, amount_of, _signed(amount_of, turned), currency, turned, state, own_code or code, number]


def _add_up(value: str | None, currency: str | None, details: list[Detail]) -> bool:
    if len(details) < 2 or any(each[1] != currency for each in details):
        return False
    try:
        return sum(Decimal(each[0] or "x") for each in details) == Decimal(value or "x")
    except InvalidOperation:
        return False


def _signed(amount: str | None, direction: str | None) -> str | None:
    return f"-{amount.strip()}" if amount and direction == "DBIT" else amount


def _code(element: Element) -> str | None:
    parts = [text_of(element, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "/".join(filter(None, parts)) or text_of(element, "BkTxCd/Prtry/Cd")
