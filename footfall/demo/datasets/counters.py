"""A web server's own log with whole addresses, and the counters that service desks keep."""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from footfall.demo.city import CITY, OFFICE
from footfall.demo.clients import CLIENTS
from footfall.demo.datasets.districts import DISTRICTS, SHARES
from footfall.demo.datasets.people import Person
from footfall.demo.datasets.plan import Season, SourceTruth, dirty, moment, seconds_of

__all__ = ["COUNTED", "write_counters", "write_log"]

REQUESTS_A_DAY = 1800
LOG_DAYS = 7
"""How long the server keeps its logs."""
COUNTED = {"passport": 46, "registration": 30, "benefits": 22, "land": 9, "marriage": 4}
"""Services of the desks, and how many come on a day in a district of ordinary size."""
STATUSES = {200: 86, 304: 6, 404: 5, 500: 1, 302: 2}
"""Answers of the server, and how often each of a hundred."""


class Answered(msgspec.Struct, frozen=True):
    """What was asked, and what the server did."""

    method: str
    path: str
    status: int
    octets: int
    """0 is written as a dash."""


def write_log(folder: Path, season: Season) -> SourceTruth:
    """``access-DAY.log``, one a day, of the last LOG_DAYS: Combined, with addresses, a signed-in name, and tokens in queries.

    Sums: ``requests by hour, method, status``, ``requests by hour, service`` (the first part of the path) and ``octets by hour``, all
    local. Faults: a line that is no request, as port scanners leave it.
    """
    truth = SourceTruth()
    people = season.passers(season.chance("log"))
    for day in season.dates[-LOG_DAYS:]:
        dice = season.chance("log", day)
        times = seconds_of(dice, OFFICE, max(30, season.number(dice, REQUESTS_A_DAY * season.work(day))))
        lines = []
        for time in (moment(day, second) for second in times):
            who, hour, stamp = next(people), f"{time:%Y-%m-%dT%H}", f"{time:%d/%b/%Y:%H:%M:%S} +0300"
            if dirty(dice, 150):
                truth.faults["no request"] += 1
                lines.append(f'{who.ip} - - [{stamp}] "\\x16\\x03\\x01" 400 157 "-" "-"\n')
                continue
            answer = _answered(dice)
            truth.put("requests by hour, service", (hour, f"/{answer.path.split('/')[1]}"), 1)
            truth.put("requests by hour, method, status", (hour, answer.method, str(answer.status)), 1)
            truth.put("octets by hour", (hour,), answer.octets)
            lines.append(_logged(dice, who, f"[{stamp}]", answer))
        truth.write(folder / f"access-{day}.log", "".join(lines), rows=len(lines))
    return truth


def write_counters(folder: Path, season: Season) -> SourceTruth:
    """``services-YYYY-MM.csv``, one a month: date, service, district, uses. Lines are counts already; some districts have few.

    Sums: ``uses by day, service, district``. Desks are closed on Sundays; a month of one Sunday sends nothing. Faults: a negative count.
    """
    truth = SourceTruth()
    for month in season.months:
        lines = ["date,service,district,uses\n"]
        for day in month:
            if day.weekday() < 6:
                lines += list(_desks(truth, season, day))
        if len(lines) > 1:
            truth.write(folder / f"services-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def _answered(dice: random.Random) -> Answered:
    status = dice.choices(list(STATUSES), list(STATUSES.values()))[0]
    method = "POST" if dirty(dice, 12) else "HEAD" if dirty(dice, 60) else "GET"
    return Answered(
        method, dice.choice(CITY[0].pages).path, status, 0 if status in (302, 304) or method == "HEAD" else dice.randrange(400, 60_000)
    )


def _logged(dice: random.Random, who: Person, stamp: str, answer: Answered) -> str:
    query = f"?device={who.device}" if dirty(dice, 3) else f"?mail={who.email}" if dirty(dice, 9) else ""
    user = who.email if dirty(dice, 12) else "-"
    referrer = dice.choice(("-", "https://yandex.ru/", "https://gov.example.city/"))
    agent = dice.choice(CLIENTS).agent
    request = f"{answer.method} {answer.path}{query} HTTP/1.1"
    return f'{who.ip} - {user} {stamp} "{request}" {answer.status} {answer.octets or "-"} "{referrer}" "{agent}"\n'


def _desks(truth: SourceTruth, season: Season, day: date) -> Iterator[str]:
    """A day's lines, service by service."""
    dice = season.chance("counters", day)
    middle = sum(SHARES) / len(SHARES)
    for service, usual in COUNTED.items():
        for district in DISTRICTS:
            uses = round(usual * district.population / middle * season.work(day) * dice.uniform(0.6, 1.4))
            lost = dirty(dice, 900)
            truth.faults["negative"] += lost
            if not lost:
                truth.put("uses by day, service, district", (str(day), service, district.id), uses)
            yield f"{day},{service},{district.id},{-uses - 1 if lost else uses}\n"
