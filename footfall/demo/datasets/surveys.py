"""What people say of the city's services: an answer a line, a file for each scale, and the same house's older form, a column a question."""

import random
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec

from footfall.demo.city import OFFICE
from footfall.demo.datasets.districts import DISTRICTS, SHARES
from footfall.demo.datasets.people import Person
from footfall.demo.datasets.plan import Season, SourceTruth, clock, dirty, seconds_of

__all__ = ["SCALES", "Scale", "write_ces", "write_csat", "write_nps", "write_wide"]

ANSWERS_A_DAY = 160
"""A scale."""
FORMS_A_DAY = 60
SERVICES = {
    "passport": 0.2,
    "parking-permit": -0.4,
    "enrolment": 0.5,
    "clinic": -0.2,
    "library": 0.9,
    "transport": -0.6,
    "land-register": 0.0,
}
"""And how much better than usual people find it; the last is hardly ever asked about."""
ASKED = (24, 14, 12, 26, 10, 20, 0.4)
CHANNELS = ("site", "phone", "office", "app")
IDS = tuple(district.id for district in DISTRICTS)


class Scale(msgspec.Struct, frozen=True):
    """One question and the numbers that answer it."""

    name: str
    question: str
    low: int
    high: int
    mean: float


SCALES = (
    Scale("csat", "How satisfied are you?", 1, 5, 3.9),
    Scale("nps", "Would you recommend us?", 0, 10, 7.8),
    Scale("ces", "How easy was it?", 1, 7, 5.2),
)
WIDE = ("information", "housing", "schools", "police", "streets", "events")
"""Columns X1 to X6 of the older form: 1 to 5."""


def _write_answers(folder: Path, season: Season, *, scale: Scale) -> SourceTruth:
    """``SCALE-YYYY-MM.csv``, one a month: answered_at, service, channel, question, score, respondent_id, comment, contact.

    Comments hold telephone numbers, names and addresses now and then, commas and quotes. Sums: ``answers by week, question, service,
    score``, the week by its Monday. Faults: a score above its scale; no score.
    """
    truth = SourceTruth()
    people = season.passers(season.chance(scale.name))
    for month in season.months:
        lines = ["answered_at,service,channel,question,score,respondent_id,comment,contact\n"]
        for day in month:
            dice = season.chance(scale.name, day)
            for second in seconds_of(dice, OFFICE, season.number(dice, ANSWERS_A_DAY * season.work(day))):
                lines.append(_answer(dice, truth, f"{day} {clock(second)}", (scale, next(people))))
        truth.write(folder / f"{scale.name}-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


write_csat, write_nps, write_ces = (partial(_write_answers, scale=scale) for scale in SCALES)


def write_wide(folder: Path, season: Season) -> SourceTruth:
    """``survey-YYYY-MM.csv``, one a month, wide: date, district, D (0 or 1: happy here), X1 to X6 (1 to 5, empty where not answered).

    Sums: ``answers by month, question, score`` (questions as the columns are called). No faults.
    """
    truth = SourceTruth()
    for month in season.months:
        lines = ["date,district,D,X1,X2,X3,X4,X5,X6\n"]
        for day in month:
            dice = season.chance("wide", day)
            for _ in range(season.number(dice, FORMS_A_DAY)):
                scores = _form(dice)
                truth.count("answers by month, question, score", ((f"{day:%Y-%m}", *item) for item in scores.items() if item[1]))
                lines.append(f"{day},{dice.choices(IDS, SHARES)[0]},{','.join(scores.values())}\n")
        truth.write(folder / f"survey-{month[0]:%Y-%m}.csv", "".join(lines), rows=len(lines) - 1)
    return truth


def _answer(dice: random.Random, truth: SourceTruth, time: str, what: tuple[Scale, Person]) -> str:
    scale, who = what
    service = dice.choices(list(SERVICES), ASKED)[0]
    score = str(_score(dice, scale.mean + SERVICES[service] * (scale.high - scale.low) / 4, (scale.low, scale.high)))
    fault = "above the scale" if dirty(dice, 300) else "no score" if dirty(dice, 300) else ""
    if fault:
        truth.faults[fault] += 1
        score = str(scale.high + 1 + dice.randrange(80)) if fault == "above the scale" else ""
    else:
        truth.put("answers by week, question, service, score", (_monday(time), scale.question, service, score), 1)
    head = f"{time},{service},{dice.choice(CHANNELS)},{scale.question},{score}"
    return f'{head},{who.device},"{_comment(dice, who)}",{who.spoken}\n'


def _monday(time: str) -> str:
    day = date.fromisoformat(time[:10])
    return str(day - timedelta(days=day.weekday()))


def _form(dice: random.Random) -> dict[str, str]:
    scores = {f"X{place}": "" if dirty(dice, 30) else str(_score(dice, 3.3, (1, 5))) for place in range(1, len(WIDE) + 1)}
    return {"D": str(dice.randrange(2)), **scores}


def _score(dice: random.Random, mean: float, scale: tuple[int, int]) -> int:
    low, high = scale
    return min(high, max(low, round(dice.gauss(mean, (high - low) / 4))))


def _comment(dice: random.Random, who: Person) -> str:
    return dice.choice(
        (
            "",
            "",
            "Всё быстро, спасибо",
            'Waited for an hour, nobody said ""why""',
            f"Перезвоните мне, {who.spoken}, {who.name}",
            f"Please write to {who.email}",
            f"Не работает запись, живу: {who.address}",
        )
    )
