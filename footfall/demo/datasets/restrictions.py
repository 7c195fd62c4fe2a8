"""Violations of health restrictions: the inspectorate's counts, and the file about people that it must never be taken from."""

import random
from collections import Counter
from datetime import date
from pathlib import Path

from footfall.demo.datasets.districts import DISTRICTS, SHARES
from footfall.demo.datasets.plan import Season, SourceTruth, clock, seconds_of

__all__ = ["TYPES", "write_named", "write_violations", "write_violators"]

TYPES = {"mask": 46, "gathering": 12, "opening-hours": 9, "quarantine": 14, "distance": 19}
"""And how often each of a hundred."""
VIOLATIONS_A_DAY = 900
OFFICE = tuple(int(8 <= hour < 20) for hour in range(24))


def write_violations(folder: Path, season: Season) -> SourceTruth:
    """``violations-YYYY-MM.csv``, one a month: date, district, violation_type, violations. Every line is a count already.

    Small districts have lines of a few; a line of none is left out. Sums: ``violations by day, type, district``. No faults: one would
    have the whole file refused.
    """
    truth = SourceTruth()
    for month in season.months:
        lines = ["date,district,violation_type,violations\n"]
        for day in month:
            found = _counted(season.chance("violations", day), season, day)
            truth.add("violations by day, type, district", (((str(day), *key), number) for key, number in found.items()))
            lines += [f"{day},{district},{kind},{number}\n" for (kind, district), number in sorted(found.items())]
        truth.write(folder / f"violations-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def write_violators(folder: Path, season: Season) -> SourceTruth:
    """``violators-DAY-people.csv``: the same day as a list of people, by mistake. A load has to refuse it whole."""
    truth = SourceTruth()
    day = season.dates[-1]
    dice = season.chance("violators")
    people = season.passers(dice)
    lines = ["date,time,district,violation_type,full_name,phone,passport,address\n"]
    for second in seconds_of(dice, OFFICE, 40):
        who = next(people)
        kind, district = dice.choice(list(TYPES)), dice.choices(DISTRICTS, SHARES)[0].id
        lines.append(f'{day},{clock(second)[:5]},{district},{kind},{who.name},{who.phone},{who.passport},"{who.address}"\n')
    truth.write(folder / f"violators-{day}-people.csv", "".join(lines), rows=40)
    truth.faults["about a person"] = 40
    return truth


def write_named(folder: Path, season: Season) -> SourceTruth:
    """``violations-DAY-named.csv``: the columns are those of the counts, and in the type stands who it was. A guard has to find that."""
    truth = SourceTruth()
    day = season.dates[-1]
    dice = season.chance("named")
    people = season.passers(dice)
    lines = ["date,district,violation_type,violations\n"]
    for _ in range(40):
        who = next(people)
        kind, district = dice.choice(list(TYPES)), dice.choices(DISTRICTS, SHARES)[0].id
        lines.append(f'{day},{district},"{kind}: {who.name}, {who.phone}",1\n')
    truth.write(folder / f"violations-{day}-named.csv", "".join(lines), rows=40)
    truth.faults["about a person"] = 40
    return truth


def _counted(dice: random.Random, season: Season, day: date) -> Counter[tuple[str, str]]:
    """A day's violations by type and district."""
    number = season.number(dice, VIOLATIONS_A_DAY * season.leisure(day))
    districts = (district.id for district in dice.choices(DISTRICTS, SHARES, k=number))
    return Counter(zip(dice.choices(list(TYPES), list(TYPES.values()), k=number), districts, strict=True))
