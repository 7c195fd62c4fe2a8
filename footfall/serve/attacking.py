"""``footfall attack``: every attack made again, on a made-up city and on this home, and the reports of it.

On the home they only read. Its reports say shares and counts of what was found, and nothing of whom.
"""

import hashlib
import importlib
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency

from footfall import __version__
from footfall.collect.visitor import Salts
from footfall.control.chain import breaks
from footfall.control.ledger import columns_that_lie, head, lines
from footfall.errors import BadInput, FootfallError
from footfall.privacy.attacks import at_rest
from footfall.privacy.attacks.at_rest import Column, Sums
from footfall.privacy.attacks.hashes import Guess, brute_force
from footfall.privacy.attacks.outcome import Attack, HomeAttacks
from footfall.privacy.attacks.uniqueness import unique_shares
from footfall.privacy.marts import MARTS
from footfall.serve.house import Desk, House
from footfall.serve.keys import authorize, require_whole
from footfall.serve.ledgers import open_ledger
from footfall.serve.shapes import Checked
from footfall.store import attacked
from footfall.store.drawn import lines_held
from footfall.store.engine import Engine
from footfall.store.item_topics import current_topics
from footfall.store.marts import Asked, Words

__all__ = [
    "ROUTES",
    "Report",
    "attack_hashes",
    "attack_home",
    "check_home",
    "home_attacks",
    "made_up_attacks",
    "newest_report",
    "reports",
    "write_report",
]

FOLDER, NAME = "attacks", "%Y-%m-%dT%H-%M-%SZ"
IDS, SPACE = 1000, 4096
"""People hashed, and addresses tried, as many as a town's provider has in one network."""
ID_SAMPLE = 1000
LEAST_TRAILS = 100
"""Shares of fewer would tell of single visitors."""
DAY_MS = 86_400_000
NEIGHBOUR_MARTS = ("page", "portal", "source", "entry_exit", "topic_hour", "flow")
Making = Callable[[], Attack]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What ``<home>/attacks/<UTC time>.json`` holds."""

    at_ms: int
    version: str
    attacks: tuple[Attack, ...]

    @property
    def passed(self) -> bool:
        """Whether no attack succeeded."""
        return all(attack.passed for attack in self.attacks)


def made_up_attacks() -> tuple[Making, ...]:
    """The attacks on a made-up city, each yet to be made."""
    suite = importlib.import_module("footfall.privacy.attacks.suite")
    return tuple(_timed(attack) for attack in (*suite.ATTACKS, attack_hashes))


def attack_hashes(random: Callable[[int], bytes] = secrets.token_bytes, *, secret: bytes = b"of this server") -> Attack:
    """A8 on the collector's own hash. ``random`` is where its salts come from; the attacker has ``secret`` and knows every date."""
    given: list[bytes] = []

    def keep(size: int) -> bytes:
        given.append(random(size))
        return given[-1]

    start_ms = 20_000 * DAY_MS
    salts = Salts(None, now=lambda: start_ms, random=keep)
    targets = [_id(salts, address, start_ms) for address in range(0, IDS * 4, 4)]
    again = [_id(salts, address, start_ms, site=8) for address in range(0, IDS * 4, 4)]
    again += [_id(salts, address, start_ms + 2 * DAY_MS) for address in range(0, IDS * 4, 4)]
    known = _hasher(lambda size: given[0], start_ms)
    gone = [_hasher(_always(salt), start_ms) for salt in _derivable(secret, start_ms)]
    return brute_force(targets, salt_known=known, salt_gone=gone, again=again, space=SPACE)


def _always(salt: bytes) -> Callable[[int], bytes]:
    return lambda size: salt


def _hasher(random: Callable[[int], bytes], at_ms: int) -> Guess:
    salts = Salts(None, now=lambda: at_ms, random=random)
    return lambda address: _id(salts, address, at_ms)


def _id(salts: Salts, address: int, at_ms: int, site: int = 7) -> int:
    return salts.visitor("city", "UTC", site, f"203.0.{address >> 8}.{address & 255}", "Mozilla/5.0 (a common agent)", at_ms)


def _derivable(secret: bytes, at_ms: int) -> Iterator[bytes]:
    """Salts of somebody who makes them of what he has, and forgets nothing: none, the secret, hashes of it with the date."""
    day = datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat().encode()
    yield bytes(32)
    yield secret[:64]
    for made in (secret + day, day + secret, secret + b"|" + day, day):
        yield hashlib.sha256(made).digest()


def home_attacks(desk: Desk) -> tuple[Making, ...]:
    """The attacks on a home's own store, each yet to be made. Making one raises Unavailable, or BadQuestion where it takes too long."""
    return (lambda: _uniqueness(desk.engine), *_at_rest(desk), lambda: _neighbours(desk), lambda: _ledger(desk))


def _at_rest(desk: Desk) -> tuple[Making, ...]:
    engine = desk.engine
    return (
        lambda: at_rest.sums_that_come_out(Sums(*attacked.sums_complete(engine))),
        lambda: at_rest.repeated(attacked.repeated_draws(engine)),
        lambda: at_rest.ids_again(*attacked.ids_in_two_places(engine)),
        lambda: at_rest.least_shown(attacked.least_cells(engine)),
        lambda: at_rest.sketches(_columns(engine)),
    )


def check_home(desk: Desk) -> Checked:
    """The attacks on this home, for ``footfall verify``: bad where one succeeds."""
    said = []
    for attack in home_attacks(desk):
        try:
            made = attack()
            said += [] if made.passed else [f"{made.name}, {made.title}: {made.detail}"]
        except FootfallError as error:
            said.append(str(error))
    return Checked("attacks", "bad" if said else "ok", " ".join(said) or "no attack on this home's own tables succeeds")


def _columns(engine: Engine) -> list[Column]:
    return [Column(*column) for column in attacked.columns_held(engine)]


def _uniqueness(engine: Engine) -> Attack:
    ids = attacked.some_ids(engine, ID_SAMPLE)
    largest = attacked.largest_day(engine)
    trails = attacked.trails(engine, *largest) if largest else []
    uniques = unique_shares(trails, secrets.token_bytes) if len(trails) >= LEAST_TRAILS else {}
    return at_rest.trajectories(_columns(engine), attacked.rows_with(engine, ids) if ids else 0, len(ids), uniques)


def _neighbours(desk: Desk) -> Attack:
    largest = attacked.largest_day(desk.engine)
    moves = {}
    if largest:
        site, day = largest
        portals = desk.control.portals()
        victim, zones = attacked.heaviest(desk.engine, site, day), {portal.id: portal.timezone for portal in portals}
        topics = current_topics(desk.engine)
        hosts = {portal.id: (portal.domain, *portal.domains) for portal in portals}
        words = Words(topics=topics.names, version=topics.version, hosts=hosts)
        for mart in MARTS:
            if mart.name in NEIGHBOUR_MARTS:
                asked = Asked(mart=mart.name, cells=mart.cells, sites={site: zones.get(site, "UTC")}, first=day, last=day, words=words)
                moves[mart.name] = attacked.moved(desk.engine, asked, secrets.randbits(64), victim)
    return at_rest.neighbours(moves)


def _ledger(desk: Desk) -> Attack:
    ledger = open_ledger(desk.settings, desk.control)
    faults = [
        *breaks(lines(ledger)),
        *(f"Line {number} is filed as something that it does not say." for number in columns_that_lie(ledger)),
    ]
    numbers = {line.number for line in lines(ledger, state="spent")}
    newest = head(ledger)
    return at_rest.broken_ledger(faults, sorted(lines_held(desk.engine) - numbers), newest.number if newest else 0)


def _timed(attack: Making) -> Making:
    def made() -> Attack:
        began = time.perf_counter()
        return msgspec.structs.replace(attack(), seconds=round(time.perf_counter() - began, 3))

    return made


def attack_home(desk: Desk) -> tuple[Attack, ...]:
    """Every attack on the home behind ``desk``, made. Raises as they do."""
    return tuple(_timed(attack)() for attack in home_attacks(desk))


def write_report(home: Path, attacks: tuple[Attack, ...], now_ms: int) -> Path:
    """Put the report into the home's folder and answer where; a second one of a second gets a number."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = datetime.fromtimestamp(now_ms / 1000, UTC).strftime(NAME)
    names = (f"{stem}{f'-{number}' if number else ''}.json" for number in count())
    path = next(folder / name for name in names if not (folder / name).exists())
    content = msgspec.json.encode(Report(at_ms=now_ms, version=__version__, attacks=attacks))
    path.write_bytes(msgspec.json.format(content) + b"\n")
    return path


def reports(home: Path) -> list[str]:
    """Names of the reports there are, newest first."""
    return sorted((path.stem for path in (home / FOLDER).glob("*.json")), reverse=True)


def newest_report(home: Path, name: str = "") -> Report | None:
    """The report of that name, or the newest; nothing where there is none.

    Raises:
        BadInput: it cannot be read.
    """
    names = reports(home)
    name = name or (names[0] if names else "")
    if name not in names:
        return None
    try:
        return msgspec.json.decode((home / FOLDER / f"{name}.json").read_bytes(), type=Report)
    except (msgspec.DecodeError, OSError):
        raise BadInput("The report {name} cannot be read.", name=name) from None


@get("/api/v1/attacks")
async def show_attacks(request: Request[Any, Any, Any], house: NamedDependency[House]) -> dict[str, Any]:
    """The attacks on this home's own store, made now."""
    require_whole(await authorize(house, request, "sites:read"))
    return dict(msgspec.to_builtins(HomeAttacks(await house.in_question_lane(lambda: attack_home(house.desk)))))


ROUTES = [show_attacks]
