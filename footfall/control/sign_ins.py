"""Signing in with a password: every try is counted before it is judged, and tries too many make the account wait."""

import msgspec
import sqlalchemy as sa

from footfall.control.audit import acting_as, note
from footfall.control.operators import as_kept, of_id
from footfall.control.passwords import hash_password, is_outdated, is_right
from footfall.control.roles import Operator
from footfall.control.second_factor import use_code
from footfall.control.tables import operators
from footfall.control.transactions import Database
from footfall.errors import Unauthorized

__all__ = ["FREE_TRIES", "confirm", "sign_in", "wait_ms"]

FREE_TRIES = 5
MINUTE_MS, LONGEST_WAIT_MINUTES = 60_000, 60
NOT_SO = "That did not work. After five tries an account waits, longer each time."


class _Try(msgspec.Struct, frozen=True):
    id: int = 0
    email: str = ""
    password: str = ""
    number: int = 0
    """How many since the last sign-in; 0 where the account is none, waits or is disabled: then the password is no use."""


def wait_ms(failures: int) -> int:
    """How long an account waits after so many tries in a row: none, then 1, 2, 4 … minutes, an hour at most."""
    if failures < FREE_TRIES:
        return 0
    return min(1 << min(failures - FREE_TRIES, 10), LONGEST_WAIT_MINUTES) * MINUTE_MS


def sign_in(database: Database, email: str, password: str, code: str = "", *, now_ms: int) -> Operator:
    """Whose e-mail and password these are. It takes as long, and says the same, whatever was wrong.

    Raises:
        Unauthorized: no such operator, another password, a wrong code where one is needed, disabled, or waiting.
    """
    tried = _judge(database, as_kept(email), password, now_ms)
    hashed = hash_password(password) if is_outdated(tried.password) else tried.password
    with database.writing() as connection:
        is_in = use_code(connection, tried.id, code, now_ms)
        if is_in:
            changes = {"failures": 0, "locked_until_ms": 0, "password": hashed}
            connection.execute(operators.update().where(operators.c.id == tried.id).values(changes))
            return of_id(connection, tried.id)
    raise _refused(database, tried, now_ms)


def confirm(database: Database, operator: Operator, password: str, *, now_ms: int) -> None:
    """That the one who is signed in knows the password; tries count as those at the door do.

    Raises:
        Unauthorized: another password, or waiting.
    """
    tried = _judge(database, operator.email, password, now_ms)
    with database.writing() as connection:
        connection.execute(operators.update().where(operators.c.id == tried.id).values(failures=0, locked_until_ms=0))


def _judge(database: Database, email: str, password: str, now_ms: int) -> _Try:
    """The try whose password is right. Raises Unauthorized."""
    tried = _count_try(database, email, now_ms)
    if not (is_right(tried.password, password) and tried.number):
        raise _refused(database, tried, now_ms)
    return tried


def _count_try(database: Database, email: str, now_ms: int) -> _Try:
    """TRICKY: counted before the password is looked at. Counted after, a hundred tries at once would all find the account open."""
    with database.writing() as connection:
        row = connection.execute(sa.select(operators).where(operators.c.email == email)).first()
        if row is None:
            return _Try()
        if row.disabled or now_ms < row.locked_until_ms:
            return _Try(row.id, row.email, row.password)
        number = row.failures + 1
        changes = {"failures": number, "locked_until_ms": now_ms + wait_ms(number)}
        connection.execute(operators.update().where(operators.c.id == row.id).values(changes))
        return _Try(row.id, row.email, row.password, number)


def _refused(database: Database, tried: _Try, now_ms: int) -> Unauthorized:
    """Note the try, if it was one; a transaction either way, as everything here takes as long for nobody as for somebody."""
    with database.writing() as connection, acting_as(tried.email):
        if tried.number:
            wait = wait_ms(tried.number) // MINUTE_MS
            note(connection, now_ms, "sign-in failed", f"try {tried.number}" + (f", waits {wait} min" if wait else ""))
    return Unauthorized(NOT_SO)
