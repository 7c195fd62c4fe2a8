"""Invitations: a link, good once for seven days, with which an operator chooses a name and a password."""

import secrets

import sqlalchemy as sa

from footfall.control.audit import acting_as, note
from footfall.control.operators import checked_name, of_email, of_id
from footfall.control.passwords import checked_password, hash_password
from footfall.control.roles import Operator
from footfall.control.second_factor import drop_totp
from footfall.control.sessions import close_sessions, digest_of
from footfall.control.tables import invitations, operators
from footfall.control.transactions import Database
from footfall.errors import Conflict, NotFound
from footfall.sentences import Sentence

__all__ = ["accept_invitation", "find_invited", "invite", "set_password"]

DAYS = 7
LIFE_MS = DAYS * 86_400_000
NO_SUCH = Sentence("This invitation was used, replaced or is older than {days} days. An admin makes another.", days=DAYS)


def invite(database: Database, email: str, *, now_ms: int, forget_totp: bool = False) -> str:
    """The token of a new invitation, never to be seen again; it replaces an earlier one. ``forget_totp`` for who lost phone and codes.

    Raises:
        NotFound: no such operator.
        Conflict: the operator is disabled.
    """
    token = secrets.token_urlsafe(32)
    with database.writing() as connection:
        operator = of_email(connection, email)
        if operator.disabled:
            raise Conflict("{email} is disabled. Enable first.", email=operator.email)
        connection.execute(invitations.delete().where(sa.or_(invitations.c.operator_id == operator.id, invitations.c.expires_ms <= now_ms)))
        row = {"sha256": digest_of(token), "operator_id": operator.id, "expires_ms": now_ms + LIFE_MS}
        connection.execute(invitations.insert().values(row))
        if forget_totp:
            drop_totp(connection, operator.id)
        note(connection, now_ms, "invited", operator.email + (", second factor forgotten" if forget_totp else ""))
    return token


def find_invited(database: Database, token: str, *, now_ms: int) -> Operator:
    """Who is invited by that token. Raises NotFound where it is good no more."""
    with database.reading() as connection:
        return _invited(connection, token, now_ms)


def accept_invitation(database: Database, token: str, name: str, password: str, *, now_ms: int) -> Operator:
    """Use the invitation up: the operator has that name and password, every earlier session ends, and no wait is left.

    Raises:
        BadInput: the name is none, or the password is easy to guess.
        NotFound: the invitation is good no more.
    """
    invited = find_invited(database, token, now_ms=now_ms)
    hashed = hash_password(checked_password(password, invited.email, name))
    with database.writing() as connection:
        operator = _invited(connection, token, now_ms)
        connection.execute(invitations.delete().where(invitations.c.operator_id == operator.id))
        changes = {"name": checked_name(name), "password": hashed, "failures": 0, "locked_until_ms": 0}
        connection.execute(operators.update().where(operators.c.id == operator.id).values(changes))
        close_sessions(connection, operator.id)
        with acting_as(operator.email):
            note(connection, now_ms, "invitation accepted", operator.email)
        return of_id(connection, operator.id)


def set_password(database: Database, operator: Operator, password: str, *, now_ms: int, but: str = "") -> None:
    """Another password; every session ends except the one of the hash ``but``. Raises BadInput where it is easy to guess."""
    hashed = hash_password(checked_password(password, operator.email, operator.name))
    with database.writing() as connection:
        connection.execute(operators.update().where(operators.c.id == operator.id).values(password=hashed))
        connection.execute(invitations.delete().where(invitations.c.operator_id == operator.id))
        close_sessions(connection, operator.id, but=but)
        note(connection, now_ms, "password changed", operator.email)


def _invited(connection: sa.Connection, token: str, now_ms: int) -> Operator:
    this = sa.and_(invitations.c.sha256 == digest_of(token), invitations.c.expires_ms > now_ms)
    id = connection.scalar(sa.select(invitations.c.operator_id).where(this))
    operator = of_id(connection, id) if id else None
    if operator is None or operator.disabled:
        raise NotFound(NO_SUCH)
    return operator
