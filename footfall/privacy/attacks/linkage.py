"""A2: one whom the attacker has seen from the side, found again in the tables, and what they add about him."""

from collections.abc import Mapping

import numpy as np

from footfall.privacy.attacks.chance import Chance, Floats, Ints
from footfall.privacy.attacks.city import SIZES, City, cells_by, make_city
from footfall.privacy.attacks.outcome import Attack, Draw
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw as real_draw

__all__ = ["Tables", "linkage", "marts_of"]

Tables = Mapping[tuple[str, ...], Mapping[tuple[int, ...], int]]
"""Cells by the columns of their table."""
SECRET, KNOWN = "source", ("region", "device", "hour", "version")
"""What is to be learned, and what was seen, besides the portal; one of it wrongly, and the hour give or take one."""
TARGETS, ERRORS = 1000, 3
COLUMN_OF = {"country": "", "region": "region", "device": "device", "channel": "", "source": "source", "hour": "hour", "bin": "duration"}
"""Of a mart's key, the city's column; empty for what follows from another."""


def marts_of(city: City, draw: Draw = real_draw) -> Tables:
    """Every mart whose keys the city has columns for, as it is drawn: one that joins more of them is looked into as soon as it is there."""
    columns_of = {
        mart.name: ("portal", *(COLUMN_OF[key] for key in mart.keys if COLUMN_OF[key]))
        for mart in MARTS
        if set(mart.keys) <= set(COLUMN_OF)
    }
    return {columns: _drawn(cells_by(city, columns), name, draw) for name, columns in columns_of.items() if len(columns) > 1}


def linkage(chance: Chance, *, tables: Tables | None = None, city: City | None = None, targets: int = TARGETS) -> Attack:
    """A scoreboard: every row of a table that has the secret gets points for what agrees with what was seen, rare agreements more, and
    the first names the secret. Against it stands who always says what is commonest on the portal."""
    city = city or make_city(chance, units=20_000, portals=12)
    tables = tables or marts_of(city)
    chosen = chance.picks(targets, np.ones(city.units))
    seen = _seen(chance, city, chosen)
    guesses = _guesses(tables, seen, targets)
    commonest = _commonest(city)[city.columns["portal"][chosen]]
    secrets = city.columns[SECRET][chosen]
    right, popular = float((guesses == secrets).mean()), float((commonest == secrets).mean())
    bar = popular + ERRORS * float(np.sqrt(popular * (1 - popular) / targets))
    return Attack(
        name="A2",
        title="Linkage by a scoreboard",
        paper="Narayanan, Shmatikov 2008",
        tried=f"{targets:,} visitors of whom four things are known, one wrongly, looked for in all tables to learn a fifth",
        rate=right,
        bar=bar,
        detail=f"{right:.1%} named rightly; what is commonest on the portal names {popular:.1%}, with {ERRORS} standard errors {bar:.1%}.",
    )


def _seen(chance: Chance, city: City, chosen: Ints) -> dict[str, Ints]:
    """Columns as the attacker believes them: of each target one is wrong."""
    wrong = chance.picks(len(chosen), np.ones(len(KNOWN)))
    seen = {"portal": city.columns["portal"][chosen]}
    for number, name in enumerate(KNOWN):
        true, other = city.columns[name][chosen], chance.picks(len(chosen), np.ones(SIZES[name]))
        seen[name] = np.where(wrong == number, other, true)
    return seen


def _guesses(tables: Tables, seen: dict[str, Ints], targets: int) -> Ints:
    """The secret of the best row of each target; the rows' counts break ties."""
    best, found = np.full(targets, -1.0), np.zeros(targets, dtype=np.int64)
    for columns, cells in tables.items():
        if SECRET not in columns or not cells:
            continue
        rows, counts = np.array(list(cells)), np.array(list(cells.values()), dtype=np.float64)
        for target in range(targets):
            scores = _scores(rows, counts, columns, {name: int(values[target]) for name, values in seen.items()})
            first = int(scores.argmax())
            if scores[first] > best[target]:
                best[target], found[target] = scores[first], rows[first, columns.index(SECRET)]
    return found


def _scores(rows: Ints, counts: Floats, columns: tuple[str, ...], seen: dict[str, int]) -> Floats:
    scores = counts / counts.sum() / 1000
    for place, name in enumerate(columns):
        if name not in seen:
            continue
        agrees = np.abs(rows[:, place] - seen[name]) <= (1 if name == "hour" else 0)
        weight = 100.0 if name == "portal" else 1 / np.log(2 + counts[agrees].sum())
        scores = scores + weight * agrees
    return np.asarray(scores, dtype=np.float64)


def _commonest(city: City) -> Ints:
    """By portal."""
    table = np.zeros((int(city.columns["portal"].max()) + 1, SIZES[SECRET]), dtype=np.int64)
    np.add.at(table, (city.columns["portal"], city.columns[SECRET]), 1)
    return np.asarray(table.argmax(axis=1), dtype=np.int64)


def _drawn(cells: Mapping[tuple[int, ...], int], name: str, draw: Draw) -> dict[tuple[int, ...], int]:
    by_name = {",".join(map(str, key)): (key, count) for key, count in cells.items()}
    counts = {text: count for text, (_, count) in by_name.items()}
    mart = next(mart for mart in MARTS if mart.name == name)
    shown = draw(counts, counts if mart.known else (), noise_of("city", mart))
    return {by_name[text][0]: visitors for text, visitors in shown.items()}
