"""The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for when the phone is lost."""

import secrets

import pyotp
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.operators import of_id
from footfall.control.sessions import digest_of
from footfall.control.tables import operators, recovery_codes
from footfall.control.transactions import Database
from footfall.errors import BadInput

__all__ = ["address_of", "drop_totp", "is_code", "new_totp", "put_totp", "remove_totp", "use_code"]

ISSUER = "Footfall"
STEP_S, SKEW_STEPS = 30, 1
RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike."""
CODE_LETTERS = 10
"""31 to the tenth: too many to try, and a wrong one counts as a failed try."""


def new_totp() -> str:
    """A new secret, in base32."""
    return pyotp.random_base32()


def address_of(totp: str, email: str) -> str:
    """What an authenticator app reads from the QR code."""
    return pyotp.TOTP(totp).provisioning_uri(name=email, issuer_name=ISSUER)


def is_code(totp: str, code: str, now_ms: int) -> bool:
    """Whether the app shows that code now."""
    return bool(_step_of(totp, code, now_ms))


def put_totp(database: Database, operator_id: int, totp: str, code: str, *, now_ms: int) -> tuple[str, ...]:
    """Ask for codes of that secret from now on. Recovery codes, never to be seen again.

    Raises:
        BadInput: the code is not what the app shows: the secret did not arrive there.
    """
    step = _step_of(totp, code, now_ms)
    if not step:
        raise BadInput("The code is not right. Valid: the six digits that the app shows now.")
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    with database.writing() as connection:
        drop_totp(connection, operator_id)
        connection.execute(operators.update().where(operators.c.id == operator_id).values(totp=totp, totp_step=step))
        connection.execute(recovery_codes.insert(), [{"operator_id": operator_id, "sha256": digest_of(_plain(code))} for code in codes])
        note(connection, now_ms, "second factor set", of_id(connection, operator_id).email)
    return codes


def remove_totp(database: Database, operator_id: int, *, now_ms: int) -> None:
    """Ask for no code any more."""
    with database.writing() as connection:
        drop_totp(connection, operator_id)
        note(connection, now_ms, "second factor removed", of_id(connection, operator_id).email)


def drop_totp(connection: sa.Connection, operator_id: int) -> None:
    """Secret and recovery codes go."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.operator_id == operator_id))
    connection.execute(operators.update().where(operators.c.id == operator_id).values(totp="", totp_step=0))


def use_code(connection: sa.Connection, operator_id: int, code: str, now_ms: int) -> bool:
    """Whether the operator needs no code, or this is one; it is used up then."""
    row = connection.execute(sa.select(operators.c.totp, operators.c.totp_step).where(operators.c.id == operator_id)).one()
    if not row.totp:
        return True
    step = _step_of(row.totp, code, now_ms)
    if step > row.totp_step:
        connection.execute(operators.update().where(operators.c.id == operator_id).values(totp_step=step))
        return True
    this = sa.and_(recovery_codes.c.operator_id == operator_id, recovery_codes.c.sha256 == digest_of(_plain(code)))
    return bool(connection.execute(recovery_codes.delete().where(this)).rowcount)


def _step_of(totp: str, code: str, now_ms: int) -> int:
    """The step whose code it is, one step early or late allowed; 0 for none."""
    now, app = now_ms // 1000 // STEP_S, pyotp.TOTP(totp)
    digits = _plain(code)
    steps = (step for step in range(now - SKEW_STEPS, now + SKEW_STEPS + 1) if secrets.compare_digest(app.at(step * STEP_S), digits))
    return next(steps, 0) if digits.isascii() else 0


def _plain(code: str) -> str:
    return "".join(code.lower().split()).replace("-", "")


def _recovery_code() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
    return f"{letters[:5]}-{letters[5:]}"
