"""The bank's side of the city's account: camt.053 statements and camt.054 notifications with names, account numbers and free text."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from footfall.demo.datasets.payments import SERVICES, Service
from footfall.demo.datasets.people import Person, iban
from footfall.demo.datasets.plan import Season, SourceTruth, dirty

__all__ = ["ACCOUNT", "write_notifications", "write_statements"]

ENTRIES_A_DAY = 60
ACCOUNT = iban("DE", "500105170013000001")
"""Of the city's treasury."""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
<BkToCstmrStmt>
<GrpHdr><MsgId>CITY{day:%Y%m%d}</MsgId><CreDtTm>{day}T23:30:00+03:00</CreDtTm></GrpHdr>
<Stmt><Id>{day:%Y%m%d}</Id><CreDtTm>{day}T23:30:00+03:00</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
"""
TAIL = "</Stmt>\n</BkToCstmrStmt>\n</Document>\n"
NOTE_HEAD = (
    HEAD.replace("camt.053.001.08", "camt.054.001.08").replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn").replace("<Stmt>", "<Ntfctn>")
)
NOTE_TAIL = "</Ntfctn>\n</BkToCstmrDbtCdtNtfctn>\n</Document>\n"


def write_statements(folder: Path, season: Season) -> SourceTruth:
    """``camt053-MONDAY.xml``, one a week, its entries by booking day.

    The service stands in ``BkTxCd/Prtry/Cd``; where a payer lives, a bank does not say. Credits (``CRDT``) are payments; debits (``DBIT``)
    are what was given back. Sums ``by day, indicator, service``: ``entries`` and ``cents``. No faults.
    """
    truth = SourceTruth()
    payers = season.passers(season.chance("bank"))
    for week in season.weeks:
        parts, rows = [HEAD.format(day=week[-1], account=ACCOUNT)], 0
        for day in week:
            dice = season.chance("bank", day)
            number = season.number(dice, ENTRIES_A_DAY * season.work(day) * season.deadline(day))
            parts += [_entry(dice, truth, (f"{day:%Y%m%d}{place:05}", day), next(payers)) for place in range(number)]
            rows += number
        truth.write(folder / f"camt053-{week[0]}.xml", "".join((*parts, TAIL)), rows=rows)
    return truth


def _entry(dice: random.Random, truth: SourceTruth, what: tuple[str, date], who: Person) -> str:
    reference, day = what
    service: Service = dice.choices(SERVICES, [service.weight for service in SERVICES])[0]
    cents, indicator = dice.randrange(service.cheapest * 100, service.dearest * 100 + 1), "DBIT" if dirty(dice, 50) else "CRDT"
    key = (str(day), indicator, service.id)
    truth.put("entries by day, indicator, service", key, 1)
    truth.put("cents by day, indicator, service", key, cents)
    money = f'<Amt Ccy="EUR">{cents // 100}.{cents % 100:02}</Amt><CdtDbtInd>{indicator}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    booked = f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
    code = f"<BkTxCd><Prtry><Cd>{service.id}</Cd></Prtry></BkTxCd>"
    return f"<Ntry>{money}{booked}{code}<NtryDtls><TxDtls>{''.join(_details(service, who))}</TxDtls></NtryDtls></Ntry>\n"


def _details(service: Service, who: Person) -> Iterator[str]:
    """Who paid, and what they wrote: all of it is personal."""
    yield f"<RltdPties><Dbtr><Pty><Nm>{escape(who.name)}</Nm><PstlAdr><AdrLine>{escape(who.address)}</AdrLine></PstlAdr></Pty></Dbtr>"
    yield f"<DbtrAcct><Id><IBAN>{who.iban}</IBAN></Id></DbtrAcct></RltdPties>"
    yield f"<RmtInf><Ustrd>{escape(service.name_ru)}, паспорт {who.passport}, СНИЛС {who.snils}, авто {who.plate}</Ustrd></RmtInf>"


def write_notifications(folder: Path, season: Season) -> SourceTruth:
    """``camt054-MONDAY.xml``, one a week: credit notifications, one entry a day and service that stands for all its payments.

    Every payment of an entry has its own amount, and names its payer. Rows are payments. Sums ``by day, service``: ``payments`` and
    ``cents``. No faults.
    """
    truth = SourceTruth()
    payers = season.passers(season.chance("notified"))
    for week in season.weeks:
        parts, rows = [NOTE_HEAD.format(day=week[-1], account=ACCOUNT)], 0
        for day in week:
            dice = season.chance("notified", day)
            number = season.number(dice, ENTRIES_A_DAY * season.work(day))
            chosen = dice.choices(SERVICES, [service.weight for service in SERVICES], k=number)
            for service in SERVICES:
                amounts = [dice.randrange(service.cheapest * 100, service.dearest * 100 + 1) for _ in range(chosen.count(service))]
                if amounts:
                    truth.put("payments by day, service", (str(day), service.id), len(amounts))
                    truth.put("cents by day, service", (str(day), service.id), sum(amounts))
                    parts.append(_batch(day, service, [(cents, next(payers)) for cents in amounts]))
            rows += number
        truth.write(folder / f"camt054-{week[0]}.xml", "".join((*parts, NOTE_TAIL)), rows=rows)
    return truth


def _batch(day: date, service: Service, paid: list[tuple[int, Person]]) -> str:
    amount = _money(sum(cents for cents, _ in paid))
    booked = f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
    code = f"<BkTxCd><Prtry><Cd>{service.id}</Cd></Prtry></BkTxCd>"
    batch = f"<Btch><NbOfTxs>{len(paid)}</NbOfTxs></Btch>"
    details = "".join(
        f"<TxDtls>{_money(cents)}<CdtDbtInd>CRDT</CdtDbtInd>{''.join(_details(service, who))}</TxDtls>" for cents, who in paid
    )
    return f"<Ntry>{amount}<CdtDbtInd>CRDT</CdtDbtInd>{booked}{code}<NtryDtls>{batch}{details}</NtryDtls></Ntry>\n"


def _money(cents: int) -> str:
    return f'<Amt Ccy="EUR">{cents // 100}.{cents % 100:02}</Amt>'
