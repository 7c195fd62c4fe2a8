"""The home's ledger, and the entry of a draw: what control keeps, in the numbers that privacy gives."""

import hashlib
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from footfall import __version__
from footfall.control.caps import Caps
from footfall.control.chain import Entry
from footfall.control.ledger import Ledger
from footfall.control.transactions import Database
from footfall.privacy import budget
from footfall.privacy.budget import Noise
from footfall.privacy.cells import keys_sha256
from footfall.privacy.marts import REACH
from footfall.settings import Settings

__all__ = ["CAPS", "LEDGER_FILE", "code", "entry_of", "open_ledger"]

REACH_CAPS = Caps(
    releases={REACH.name: budget.REACH_RHO}, day=budget.REACH_RHO, month=budget.REACH_RHO_A_MONTH, month_days=budget.DAYS_A_MONTH, delta=0.0
)
CAPS = Caps(
    releases=budget.RHO,
    day=budget.RHO_A_DAY,
    month=budget.RHO_A_MONTH,
    month_days=budget.DAYS_A_MONTH,
    delta=budget.DELTA_A_DAY,
    units={budget.REACH_UNIT: REACH_CAPS},
)
LEDGER_FILE = "ledger.jsonl"
CODE_SUFFIXES = (".py", ".sql")


def open_ledger(settings: Settings, database: Database) -> Ledger:
    """The ledger in that control database, with its mirror under home."""
    return Ledger(database, settings.home_path / LEDGER_FILE, CAPS)


def entry_of(noise: Noise, *, group: str, sites: Collection[int], day: str, known: Collection[str]) -> Entry:
    """What is about to be drawn with that noise, for ``control.ledger.spend``; ``known`` are the keys that ``privacy.noise.draw`` gets."""
    mart = budget.drawn_in(noise.release, noise.mart)
    assert mart is not None, "or there were no such noise"
    return Entry(
        release=noise.release,
        mart=noise.mart,
        group=group,
        sites=tuple(sorted(sites)),
        day=day,
        grain=mart.grain,
        unit=budget.unit_of(noise.release),
        l0=noise.cells,
        linf=1,
        mechanism="gaussian and gaussian_threshold" if noise.secret_threshold else "gaussian",
        sigma=noise.sigma,
        rho=noise.rho,
        delta=noise.delta,
        threshold=noise.threshold,
        secret_threshold=noise.secret_threshold,
        key_space_sha256=keys_sha256(known),
        code=code(),
        settings_sha256=budget.settings_sha256(),
    )


@cache
def code() -> str:
    """Footfall's version, and twelve digits of a hash of its own code and SQL as they lie here.

    >>> code().startswith("0.")
    True
    """
    digest = hashlib.sha256()
    for name, path in sorted(_sources(files("footfall"), "")):
        digest.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"{__version__}+{digest.hexdigest()[:12]}"


def _sources(folder: Traversable, inside: str) -> list[tuple[str, Traversable]]:
    found = []
    for path in folder.iterdir():
        name = f"{inside}{path.name}"
        if path.is_dir():
            found += _sources(path, f"{name}/")
        elif name.endswith(CODE_SUFFIXES):
            found.append((name, path))
    return found
