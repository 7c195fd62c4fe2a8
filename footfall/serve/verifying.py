"""Whether what this home drew is what it may draw and says it drew: the ledger held against opendp, its mirror, its caps and the table.

Nothing is believed: costs are computed again by opendp's maps, hashes from the lines and the cells themselves.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency

from footfall.control import ledger as ledgers
from footfall.control.caps import overspent
from footfall.control.chain import Line, breaks, days_of
from footfall.control.ledger import Ledger
from footfall.control.mirror import mirror_lines
from footfall.errors import BadInput, FootfallError
from footfall.privacy import budget
from footfall.privacy.cells import key_of, output_sha256
from footfall.privacy.noise import mechanisms
from footfall.serve.attacking import check_home
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, require_whole
from footfall.serve.label import label
from footfall.serve.ledgers import open_ledger
from footfall.serve.retention import MARTS_ROUND
from footfall.serve.shapes import Checked, Verified
from footfall.store.drawn import cells_between, lines_held
from footfall.store.engine import Engine

__all__ = ["ROUTES", "verified", "verify"]

MOST_SAID = 5
HASH = re.compile("[0-9a-fA-F]{64}")
CELLS_AT_ONCE = 200_000
LOOKS: dict[str, str] = {
    "chain": "each line follows from the one before it",
    "mirror": "ledger.jsonl says the same as the database",
    "draws": "nothing was drawn twice",
    "costs": "opendp says no more than was charged",
    "floors": "no noise, threshold or cohort is below its floor",
    "caps": "no day, release or month is over its cap",
    "cells": "the table holds what was published, and nothing else",
    "head": "a line has the hash that is held, and the chain leads up to it",
}


def verify(desk: Desk, head: str = "") -> Verified:
    """As ``verified``, of the home behind ``desk``, and the attacks on its own tables.

    Raises:
        BadInput: ``head`` is no hash of a line.
    """
    if head and not HASH.fullmatch(head):
        raise BadInput("{head!r} is no hash of a line. Valid: 64 hexadecimal digits.", head=head)
    ledger, marts_from = open_ledger(desk.settings, desk.control), desk.control.last_day(MARTS_ROUND)
    found = verified(ledger, desk.engine, marts_from=marts_from, head=head.lower(), trusted_proxies=desk.settings.trusted_proxies)
    return msgspec.structs.replace(found, checks=(*found.checks, check_home(desk)))


def verified(ledger: Ledger, engine: Engine, *, marts_from: str = "", head: str = "", trusted_proxies: tuple[str, ...] = ()) -> Verified:
    """Every check in order, with the label. A check that cannot be made says why; the others go on. Reads opendp.

    Cells of days before ``marts_from`` (YYYY-MM-DD) were forgotten, and may be gone. ``head`` is the hash of a line that somebody holds, to
    be looked for; the label is that of a home with the setting ``trusted_proxies``.
    """
    looks: dict[str, Callable[[], Iterator[str]]] = {
        "chain": lambda: _chain(ledger),
        "mirror": lambda: _mirror(ledger),
        "draws": lambda: _draws(ledger),
        "costs": lambda: _costs(ledger),
        "floors": lambda: _floors(ledger),
        "caps": lambda: _caps(ledger),
        "cells": lambda: _cells(ledger, engine, marts_from),
    } | ({"head": lambda: _held(ledger, head)} if head else {})
    checks, promised = [_checked(name, look) for name, look in looks.items()], label(trusted_proxies)
    if checks[0].level == "bad":
        return Verified(tuple(checks), 0, "", promised)
    newest, unshown = ledgers.head(ledger), ledgers.open_draws(ledger)
    if unshown:
        told = ", ".join(f"{line.mart} of {line.group} {line.day} for {line.release}" for line in unshown[:MOST_SAID])
        checks.append(Checked("unshown", "note", f"{len(unshown):,} draws were paid and not published, or are being made: {told}."))
    others = sum(line.settings_sha256 != budget.settings_sha256() for line in _spent(ledger))
    if others:
        checks.append(Checked("settings", "note", f"{others:,} draws were made under other settings than this version's."))
    return Verified(tuple(checks), newest.number if newest else 0, newest.sha256 if newest else "", promised)


def _checked(name: str, look: Callable[[], Iterator[str]]) -> Checked:
    said: list[str] = []
    more = 0
    try:
        for sentence in look():
            if len(said) < MOST_SAID:
                said.append(sentence)
            else:
                more += 1
    except FootfallError as error:
        said.append(str(error))
    if not said:
        return Checked(name, "ok", LOOKS[name])
    return Checked(name, "bad", " ".join([*said, f"And {more:,} more."] if more else said))


def _spent(ledger: Ledger) -> Iterator[Line]:
    return ledgers.lines(ledger, state="spent")


def _chain(ledger: Ledger) -> Iterator[str]:
    yield from breaks(ledgers.lines(ledger))
    for number in ledgers.columns_that_lie(ledger):
        yield f"Line {number} is filed as something that it does not say."


def _held(ledger: Ledger, head: str) -> Iterator[str]:
    if all(line.sha256 != head for line in ledgers.lines(ledger)):
        yield f"No line has the hash {head}: this is another ledger, or lines of it were written anew."


def _mirror(ledger: Ledger) -> Iterator[str]:
    """Lines at the end that the mirror lacks are added when the next is written: no fault."""
    for number, (mine, other) in enumerate(zip_longest(ledgers.lines(ledger), mirror_lines(ledger.mirror)), start=1):
        if other is not None and mine != other:
            yield f"Line {number} of ledger.jsonl is another than the database's."


def _draws(ledger: Ledger) -> Iterator[str]:
    seen: dict[tuple[str, str, str, int], int] = {}
    finished: set[tuple[int, str]] = set()
    for line in ledgers.lines(ledger):
        if line.state != "spent":
            if (line.of, line.state) in finished:
                yield f"Line {line.of} was {line.state} twice."
            finished.add((line.of, line.state))
            continue
        for site in line.sites:
            before = seen.setdefault((line.release, line.mart, line.day, site), line.number)
            if before != line.number:
                drawn = f"{line.mart} of portal {site}, {line.day}, for {line.release}"
                yield f"Lines {before} and {line.number} are draws of the same: {drawn}."


def _costs(ledger: Ledger) -> Iterator[str]:
    known: dict[tuple[int, float, int], tuple[float, float]] = {}
    for line in _spent(ledger):
        kind = (line.l0, line.sigma, line.secret_threshold)
        if kind not in known:
            known[kind] = mechanisms().cost(*kind)
        rho, delta = known[kind]
        if rho > line.rho or delta > line.delta:
            yield f"Line {line.number} costs ρ {rho:g}, δ {delta:g}; it was charged {line.rho:g}, {line.delta:g}."


def _floors(ledger: Ledger) -> Iterator[str]:
    """Lines of these settings are what they say; those of others have no less noise than a list of marts asks for that this version knows,
    and are above the floors of now."""
    settings = budget.settings_sha256()
    for line in _spent(ledger):
        least = max(budget.cohort_of(line.release), budget.SIGMAS * line.sigma)
        noises = [budget.noise_of(line.release, mart) for mart in budget.shares_of(line.release, line.mart)]
        is_theirs = line.settings_sha256 != settings
        if not any(_is_drawn_as(line, noise, is_theirs=is_theirs) for noise in noises) and not (is_theirs and not noises):
            yield f"Line {line.number} is not drawn as mart {line.mart} is for {line.release}."
        if line.threshold < least or (line.secret_threshold and line.secret_threshold < line.threshold):
            yield f"Line {line.number} has a threshold of {line.threshold}; the least is {least:g}."
        if line.unit != budget.unit_of(line.release) or line.linf != 1 or line.delta > budget.DELTA:
            yield f"Line {line.number} counts another unit, or lets more through, than any release here may."


def _is_drawn_as(line: Line, noise: budget.Noise, *, is_theirs: bool) -> bool:
    """Whether the line has the noise of its mart. Other settings may have had more, or another mart; what they say of how many cells a
    visitor moves is not believed where it is less than the mart's."""
    if not is_theirs and (line.l0, line.rho, line.delta) != (noise.cells, noise.rho, noise.delta):
        return False
    return line.l0 >= noise.cells and line.sigma >= noise.sigma


def _caps(ledger: Ledger) -> Iterator[str]:
    groups: defaultdict[str, list[Line]] = defaultdict(list)
    for line in _spent(ledger):
        days_of(line)
        groups[line.group].append(line)
    for group, lines in sorted(groups.items()):
        for sentence in overspent(lines, ledger.caps):
            yield f"{group}: {sentence}"


def _cells(ledger: Ledger, engine: Engine, marts_from: str) -> Iterator[str]:
    published = {line.of: line for line in ledgers.lines(ledger, state="published")}
    for line in ledgers.lines(ledger, state="withdrawn"):
        published.pop(line.of, None)
    for number in sorted(lines_held(engine) - set(published)):
        yield f"The table holds cells of line {number}, which published none."
    for first, last in _ranges(published):
        found = {line: (kinds, cells) for line, kinds, cells in cells_between(engine, first, last)}
        for number in range(first, last + 1):
            if number in published and not (published[number].day < marts_from and number not in found):
                yield from _differences(published[number], *found.get(number, (set(), [])))


def _differences(line: Line, kinds: set[tuple[str, str, str]], cells: list[tuple[int, tuple[str, ...], int]]) -> Iterator[str]:
    by_key = {key_of(site, keys): visitors for site, keys, visitors in cells}
    if len(cells) != line.cells or output_sha256(by_key) != line.output_sha256 or kinds - {(line.release, line.mart, line.day)}:
        where = f"{line.mart} of {line.group}, {line.day}, for {line.release}"
        yield f"The table's cells of line {line.of} are not those that were published ({where})."


def _ranges(published: dict[int, Line]) -> Iterator[tuple[int, int]]:
    """First and last numbers of lines that have so many cells together as are read at once."""
    first, cells, last = 0, 0, 0
    for number in sorted(published):
        if first and cells + published[number].cells > CELLS_AT_ONCE:
            yield first, last
            first, cells = 0, 0
        first, last, cells = first or number, number, cells + published[number].cells
    if first:
        yield first, last


@get("/api/v1/verify")
async def show_verified(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """Every check of the ledger, and the label; whether a line has the hash ``?head=``, if one is given."""
    require_whole(await authorize(house, request, "sites:read"))
    head = request.query_params.get("head", "")
    return dict(msgspec.to_builtins(await house.in_question_lane(lambda: verify(house.desk, head))))


ROUTES = [show_verified]
