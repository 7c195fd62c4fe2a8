"""What is paid: the gateway's CSV for services, and the fines office's CSV of notices.

Money in truth is in cents.
"""

import random
from datetime import date, datetime
from pathlib import Path

import msgspec

from footfall.demo.city import OFFICE
from footfall.demo.datasets.districts import DISTRICTS, SHARES
from footfall.demo.datasets.people import PLANTED_PEOPLE, Person
from footfall.demo.datasets.plan import Season, SourceTruth, clock, dirty, moment, seconds_of

__all__ = ["GATEWAY_COLUMNS", "OFFENCES", "SERVICES", "Service", "write_fines", "write_gateway"]

PAYMENTS_A_DAY = 700
NOTICES_A_DAY = 140
IDS = tuple(district.id for district in DISTRICTS)


class Service(msgspec.Struct, frozen=True):
    """Something that the city takes money for."""

    id: str
    name: str
    """English."""
    name_ru: str
    weight: float
    cheapest: int
    dearest: int
    """In euros."""
    due: bool = False
    """Whether it has to be paid by the deadline."""

    @property
    def label(self) -> str:
        """As the gateway prints it: in both languages."""
        return f"{self.name_ru} / {self.name}"


SERVICES = (
    Service("utilities", "Heating and water", "Отопление и вода", 30, 9, 164, due=True),
    Service("property-tax", "Property tax", "Налог на имущество", 9, 14, 490, due=True),
    Service("kindergarten", "Kindergarten fee", "Плата за детский сад", 14, 28, 136, due=True),
    Service("school-meals", "School meals", "Школьное питание", 22, 2, 35),
    Service("parking", "Parking permit", "Парковочное разрешение", 10, 3, 60),
    Service("sports-pass", "Sports centre pass", "Абонемент в спортивный центр", 6, 9, 82),
    Service("music-school", "Music school fee", "Плата за музыкальную школу", 5, 17, 55),
    Service("passport-duty", "Passport duty", "Пошлина за паспорт", 3, 37, 60),
    Service("marriage-duty", "Marriage duty", "Пошлина за регистрацию брака", 0.6, 35, 36),
)
STATUSES = {"paid": 960, "refunded": 16, "failed": 24}
"""And how often each of a thousand."""
GATEWAY_COLUMNS = (
    "payment_id", "paid_at", "service", "district", "amount", "currency", "status", "payer_name", "payer_account", "card", "receipt_email",
)  # fmt: skip
OFFENCES = {"no-permit": 50, "bus-lane": 60, "loading-bay": 70, "pavement": 70, "expired": 50, "disabled-bay": 140}
"""And what they cost, in euros."""


class Bill(msgspec.Struct, frozen=True):
    """One payment, less its payer and its amount."""

    number: int
    day: date
    second: int
    service: Service
    district: str
    status: str
    in_full: bool
    """Whether the card is sent unmasked."""


def write_gateway(folder: Path, season: Season) -> SourceTruth:
    """``gateway-DAY.csv``, one a day: GATEWAY_COLUMNS, ``;``, Windows-1251, CRLF, decimal comma, ``dd.MM.yyyy HH:mm:ss``.

    A refund is a row of its own. Cards are masked, or in full. Sums ``by day, service, status, district``: ``payments`` and ``cents``; a
    service is called as the file calls it. Faults: no amount; an amount with a letter O in it.
    """
    truth = SourceTruth()
    payers = season.passers(season.chance("gateway"))
    for day in season.dates:
        dice = season.chance("gateway", day)
        lines = [";".join(GATEWAY_COLUMNS)]
        for bill in _bills(dice, season, day, before=truth.rows):
            lines.append(_payment(dice, truth, bill, next(payers)))
        truth.write(folder / f"gateway-{day}.csv", "\r\n".join((*lines, "")).encode("cp1251"), rows=len(lines) - 1)
    return truth


def write_fines(folder: Path, season: Season) -> SourceTruth:
    """``fines-YYYY-MM.csv``, one a month, as an enforcement office publishes it by mistake: Windows-1252, and with the plate.

    Issued (dd/MM/yyyy HH:mm), Paid (negative, with a currency sign: ``-€1,030.00``), Status, District, Offence, Outstanding, Plate (in
    Latin letters), Notice. Sums ``by day, offence, district``: ``notices``, ``paid_cents`` and ``outstanding_cents``; paid is positive
    here. Faults: a year long ago; no district.
    """
    truth = SourceTruth()
    drivers = season.passers(season.chance("fines"))
    for month in season.months:
        lines = ["Issued,Paid,Status,District,Offence,Outstanding,Plate,Notice\n"]
        for day in month:
            dice = season.chance("fines", day)
            times = seconds_of(dice, OFFICE, season.number(dice, NOTICES_A_DAY * season.work(day)))
            lines += [_notice(dice, truth, moment(day, second), next(drivers)) for second in times]
        truth.write(folder / f"fines-{month[0]:%Y-%m}.csv", "".join(lines).encode("cp1252"), rows=len(lines) - 1)
    return truth


def _bills(dice: random.Random, season: Season, day: date, *, before: int) -> list[Bill]:
    """A day's payments, by time; more near the deadline of what is due."""
    near = season.deadline(day)
    weights = [service.weight * (near if service.due else 1) for service in SERVICES]
    number = season.number(dice, PAYMENTS_A_DAY * season.work(day) * near)
    services, places = dice.choices(SERVICES, weights, k=number), dice.choices(IDS, SHARES, k=number)
    statuses, first = dice.choices(list(STATUSES), list(STATUSES.values()), k=number), int(f"{day:%y%m%d}00001")
    return [
        Bill(first + at, day, second, services[at], places[at], statuses[at], before + at < PLANTED_PEOPLE or dirty(dice, 2))
        for at, second in enumerate(seconds_of(dice, OFFICE, number))
    ]


def _payment(dice: random.Random, truth: SourceTruth, bill: Bill, who: Person) -> str:
    service = bill.service
    cents = int((service.cheapest + dice.random() * (service.dearest - service.cheapest)) * 100)
    amount, fault = f"{cents // 100},{cents % 100:02}", _fault(dice)
    if fault:
        truth.faults[fault] += 1
        amount = "" if fault == "no amount" else f"1O{amount}"
    else:
        key = (str(bill.day), service.label, bill.status, bill.district)
        truth.put("payments by day, service, status, district", key, 1)
        truth.put("cents by day, service, status, district", key, cents)
    head = f"{bill.number};{bill.day:%d.%m.%Y} {clock(bill.second)};{service.label};{bill.district};{amount};EUR;{bill.status}"
    return f"{head};{who.name};ИНН {who.inn}, {who.phone};{who.card if bill.in_full else who.masked};{who.email}"


def _fault(dice: random.Random) -> str:
    at = dice.randrange(1000)
    return "no amount" if at < 2 else "a letter in the amount" if at < 4 else ""


def _notice(dice: random.Random, truth: SourceTruth, time: datetime, who: Person) -> str:
    offence, euros = dice.choice(list(OFFENCES.items()))
    district = dice.choices(IDS, SHARES)[0]
    status, paid, left = _settled(dice, euros)
    at = dice.randrange(500)
    if at < 2:
        truth.faults["long ago" if at else "no district"] += 1
    else:
        key = (str(time.date()), offence, district)
        for name, value in (("notices", 1), ("paid_cents", paid), ("outstanding_cents", left)):
            truth.put(f"{name} by day, offence, district", key, value)
    issued = f"{time:%d/%m}/{1921 if at == 1 else time.year} {time:%H:%M}"
    money, owed = f"{'-' if paid else ''}€{paid / 100:,.2f}", f"€{left / 100:,.2f}"
    return f'{issued},"{money}",{status},{"" if at == 0 else district},{offence},"{owed}",{who.plate_latin},N{dice.randrange(10**9):09}\n'


def _settled(dice: random.Random, euros: int) -> tuple[str, int, int]:
    """Status, and the cents that were paid and that are still owed; a few let it grow."""
    cents = euros * 100
    grown = cents * 12 if dirty(dice, 40) else cents
    choices = (("Paid at a discount", cents // 2, 0), ("Paid", grown, 0), ("Open", 0, grown), ("Cancelled", 0, 0))
    return dice.choices(choices, (40, 20, 32, 8))[0]
