"""From which day on a home draws by the newest list of marts: never one that is over, and never in the middle of a week."""

from datetime import UTC, date, datetime, timedelta

from footfall.control.database import Control
from footfall.control.ledger import Ledger, lines
from footfall.privacy.marts import RELEASES

__all__ = ["ROUND", "began_on"]

ROUND = "marts of interest"
AHEAD = timedelta(days=2)
"""Tomorrow in every time zone."""
ALWAYS = "0001-01-01"


def began_on(control: Control, ledger: Ledger, now_ms: int) -> str:
    """The first service day, YYYY-MM-DD, of the newest list: what is drawn before has the shares of the list before it.

    It is decided once and kept. A home that has drawn nothing yet draws by the newest list from its first day; any other from the first
    Monday that has not begun anywhere, so that the marts of no day and no week have shares of two lists.

    Raises:
        Unavailable: the control database is away.
    """
    known = control.last_day(ROUND)
    if known:
        return known
    found = str(_next_monday(now_ms)) if any(line.release in RELEASES for line in lines(ledger, state="spent")) else ALWAYS
    control.set_last_day(ROUND, found)
    return found


def _next_monday(now_ms: int) -> date:
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date() + AHEAD
    return day + timedelta(days=-day.weekday() % 7)
