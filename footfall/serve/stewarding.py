"""What a steward answers for: what was spent, what was released, and taking a release back."""

import math
from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from footfall.control.caps import DECIMALS, spent_by_day
from footfall.control.ledger import Ledger, withdraw
from footfall.control.releases import Release, find_release, spent_between
from footfall.control.roles import Operator, may
from footfall.errors import Conflict
from footfall.privacy import budget
from footfall.privacy.noise import mechanisms
from footfall.serve.label import best_auc
from footfall.serve.retention import last_day_over
from footfall.store.drawn import drop_cells
from footfall.store.engine import Engine
from footfall.vocabulary import Portal

__all__ = ["Budget", "budgets", "take_back", "their_groups", "their_portals"]

WEEK = timedelta(days=6)


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """What the last 31 days that are over were charged in a portal group, to somebody who was there on each."""

    group: str
    first: date
    last: date
    rho: float
    most: float
    """Most that any 31 days in a row may cost."""
    epsilon: float
    """Of that ρ at δ 1e-7, by opendp's conversion; 0 where nothing was spent."""
    auc: float
    """Of the best guess whether somebody was there."""


def their_portals(operator: Operator, portals: Collection[Portal]) -> tuple[Portal, ...]:
    """Those that the operator is steward of."""
    return tuple(portal for portal in portals if may(operator, "steward", portal))


def their_groups(operator: Operator, portals: Collection[Portal]) -> list[str] | None:
    """Groups whose portals the operator is steward of, every one; ``None`` is all groups, also those that are no more."""
    if may(operator, "steward"):
        return None
    others = {portal.group for portal in portals if not may(operator, "steward", portal)}
    return sorted({portal.group for portal in portals} - others)


def budgets(ledger: Ledger, portals: Collection[Portal], groups: Collection[str] | None, now_ms: int) -> list[Budget]:
    """One a portal group, by name. Reads opendp."""
    names = sorted({portal.group for portal in portals if groups is None or portal.group in groups})
    return [_budget(ledger, name, last_day_over([portal for portal in portals if portal.group == name], now_ms)) for name in names]


def take_back(ledger: Ledger, engine: Engine, number: int, now_ms: int) -> Release:
    """Withdraw what was published with that line: a line in the ledger says so, then its cells leave the table. What was spent stays spent.

    One that was withdrawn before only has its cells looked for again: who died between ledger and table is helped by asking once more.

    Raises:
        Conflict: it was not published.
        NotFound: there is no such release.
        Unavailable: ledger or store is away.
    """
    found = find_release(ledger, number)
    if found.last.state == "spent":
        raise Conflict("Line {number} was not published; there is nothing to withdraw.", number=number)
    if found.last.state == "published":
        withdraw(ledger, found.spent, now_ms)
    drop_cells(engine, date.fromisoformat(found.spent.day), number)
    return find_release(ledger, number)


def _budget(ledger: Ledger, group: str, last: date) -> Budget:
    first = last - timedelta(days=budget.DAYS_A_MONTH - 1)
    # A week's line bears its Monday, and is charged to each of its days.
    lines = [line for line in spent_between(ledger, group, str(first - WEEK), str(last)) if line.unit == budget.UNIT]
    days = [rho for day, rho in spent_by_day(lines).items() if str(first) <= day <= str(last)]
    rho = round(math.fsum(days), DECIMALS)
    epsilon = mechanisms().epsilon(rho, budget.DELTA) if rho else 0.0
    return Budget(group=group, first=first, last=last, rho=rho, most=budget.RHO_A_MONTH, epsilon=epsilon, auc=best_auc(rho))
