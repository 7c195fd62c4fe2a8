"""Operators: who may sign in. What is changed here is noted in the audit log."""

import re

import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.roles import ROLES, Grant, Operator
from footfall.control.tables import grants, operators, portals, sessions
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, NotFound

__all__ = [
    "add_operator",
    "as_kept",
    "checked_name",
    "clean_email",
    "disable_operator",
    "enable_operator",
    "find_operator",
    "give_grant",
    "has_operators",
    "list_operators",
    "of_email",
    "of_id",
    "rename_operator",
    "revoke_grant",
]

EMAIL = re.compile(r"[^@\s,;<>\"\x00-\x1f\x7f]+@[^@\s,;<>\"\x00-\x1f\x7f]+")
LONGEST_EMAIL, LONGEST_NAME = 254, 100


def clean_email(email: str) -> str:
    """In lower case.

    Raises:
        BadInput: it is no e-mail.
    """
    cleaned = email.strip().lower()
    if len(cleaned) > LONGEST_EMAIL or not EMAIL.fullmatch(cleaned):
        raise BadInput("E-mail {email!r} is not valid. Valid: name@example.city.", email=email[:100])
    return cleaned


def as_kept(email: str) -> str:
    """How the table would have it; whatever was typed can be looked up (PostgreSQL refuses a NUL)."""
    return email.strip().lower().replace("\0", "")


def checked_name(name: str) -> str:
    """Raises BadInput where it is none."""
    if not name.strip() or len(name.strip()) > LONGEST_NAME or not name.strip().isprintable():
        raise BadInput("A name has 1 to {most} characters.", most=LONGEST_NAME)
    return name.strip()


def has_operators(database: Database) -> bool:
    with database.reading() as connection:
        return connection.execute(sa.select(operators.c.id).limit(1)).first() is not None


def list_operators(database: Database) -> list[Operator]:
    """All by e-mail."""
    with database.reading() as connection:
        return _read(connection, sa.true())


def find_operator(database: Database, email: str) -> Operator:
    """Raises NotFound where there is none of that e-mail."""
    with database.reading() as connection:
        return of_email(connection, email)


def add_operator(database: Database, email: str, name: str = "", *, now_ms: int) -> Operator:
    """A new operator, who may nothing and cannot sign in yet.

    Raises:
        BadInput: the e-mail or the name is not valid.
        Conflict: the e-mail is taken.
    """
    email = clean_email(email)
    name = checked_name(name or email.partition("@")[0][:LONGEST_NAME])
    values = {"email": email, "name": name, "password": "", "totp": "", "totp_step": 0, "disabled": False}
    with database.writing() as connection:
        if connection.execute(sa.select(operators.c.id).where(operators.c.email == email)).first():
            raise Conflict("There is an operator {email} already.", email=email)
        connection.execute(operators.insert().values(values | {"failures": 0, "locked_until_ms": 0, "created_ms": now_ms}))
        note(connection, now_ms, "operator added", email)
        return of_email(connection, email)


def give_grant(database: Database, email: str, grant: Grant, *, now_ms: int) -> Operator:
    """The operator with the role on that scope, instead of another there.

    Raises:
        BadInput: no such role.
        Conflict: it would leave nobody who may give roles.
        NotFound: no such operator.
    """
    if grant.role not in ROLES:
        raise BadInput("Role {role!r} is not known. Valid: {valid}.", role=grant.role, valid=", ".join(ROLES))
    with database.writing() as connection:
        operator = of_email(connection, email)
        _drop_grant(connection, operator, grant.scope, grant.value)
        connection.execute(grants.insert().values(operator_id=operator.id, scope=grant.scope, value=grant.value, role=grant.role))
        note(connection, now_ms, "role given", f"{operator.email}: {_said(connection, grant)}")
        _refuse_nobody(connection, operator)
        return of_email(connection, email)


def revoke_grant(database: Database, email: str, grant: Grant, *, now_ms: int) -> Operator:
    """The operator without a role on that scope, whichever it was.

    Raises:
        Conflict: it would leave nobody who may give roles.
        NotFound: no such operator, or no role there.
    """
    with database.writing() as connection:
        operator = of_email(connection, email)
        if not _drop_grant(connection, operator, grant.scope, grant.value):
            raise NotFound("{email} has no role there.", email=operator.email)
        note(connection, now_ms, "role revoked", f"{operator.email}: {_said(connection, _there(operator, grant))}")
        _refuse_nobody(connection, operator)
        return of_email(connection, email)


def disable_operator(database: Database, email: str, *, now_ms: int) -> Operator:
    """Whoever has that e-mail is signed out everywhere and cannot sign in.

    Raises:
        Conflict: it would leave nobody who may give roles.
        NotFound: no such operator.
    """
    with database.writing() as connection:
        operator = of_email(connection, email)
        connection.execute(operators.update().where(operators.c.id == operator.id).values(disabled=True))
        connection.execute(sessions.delete().where(sessions.c.operator_id == operator.id))
        note(connection, now_ms, "operator disabled", operator.email)
        _refuse_nobody(connection, operator)
        return of_email(connection, email)


def enable_operator(database: Database, email: str, *, now_ms: int) -> Operator:
    """Undo ``disable_operator``. Raises NotFound."""
    with database.writing() as connection:
        operator = of_email(connection, email)
        connection.execute(operators.update().where(operators.c.id == operator.id).values(disabled=False))
        note(connection, now_ms, "operator enabled", operator.email)
        return of_email(connection, email)


def rename_operator(database: Database, id: int, name: str, *, now_ms: int) -> None:
    """Raises BadInput where the name is none."""
    name = checked_name(name)
    with database.writing() as connection:
        connection.execute(operators.update().where(operators.c.id == id).values(name=name))
        note(connection, now_ms, "name changed", of_id(connection, id).email)


def of_email(connection: sa.Connection, email: str) -> Operator:
    """Raises NotFound where there is none of that e-mail."""
    found = _read(connection, operators.c.email == as_kept(email))
    if not found:
        raise NotFound("No operator {email!r}. `footfall operators list` shows those there are.", email=as_kept(email)[:100])
    return found[0]


def of_id(connection: sa.Connection, id: int) -> Operator:
    """Raises NotFound where there is none of that id."""
    found = _read(connection, operators.c.id == id)
    if not found:
        raise NotFound("That operator is not there any more.")
    return found[0]


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Operator]:
    rows = connection.execute(sa.select(operators).where(which).order_by(operators.c.email)).all()
    ids = [row.id for row in rows]
    given: dict[int, list[Grant]] = {id: [] for id in ids}
    ordered = sa.select(grants).where(grants.c.operator_id.in_(ids)).order_by(grants.c.scope, grants.c.value)
    for grant in connection.execute(ordered):
        given[grant.operator_id].append(Grant(grant.role, grant.scope, grant.value))
    return [
        Operator(
            id=row.id,
            email=row.email,
            name=row.name,
            disabled=bool(row.disabled),
            has_password=bool(row.password),
            has_totp=bool(row.totp),
            created_ms=row.created_ms,
            grants=tuple(given[row.id]),
        )
        for row in rows
    ]


def _drop_grant(connection: sa.Connection, operator: Operator, scope: str, value: str) -> bool:
    there = sa.and_(grants.c.operator_id == operator.id, grants.c.scope == scope, grants.c.value == value)
    return bool(connection.execute(grants.delete().where(there)).rowcount)


def _refuse_nobody(connection: sa.Connection, changed: Operator) -> None:
    """Raises Conflict where ``changed`` was an admin of everything, and now nobody is."""
    admins = sa.select(operators.c.id).join(grants, grants.c.operator_id == operators.c.id)
    admins = admins.where(grants.c.role == "admin", grants.c.scope == "all", operators.c.disabled == sa.false())
    was = not changed.disabled and any((grant.role, grant.scope) == ("admin", "all") for grant in changed.grants)
    if was and connection.execute(admins.limit(1)).first() is None:
        raise Conflict("{email} is the last admin of all portals. Give somebody else that role first.", email=changed.email)


def _there(operator: Operator, place: Grant) -> Grant:
    """The grant that the operator had at that place."""
    return next(grant for grant in operator.grants if (grant.scope, grant.value) == (place.scope, place.value))


def _said(connection: sa.Connection, grant: Grant) -> str:
    where = "all portals" if grant.scope == "all" else f"{grant.scope} {grant.value}"
    if grant.scope == "portal" and grant.value.isdigit():
        where = str(connection.scalar(sa.select(portals.c.domain).where(portals.c.id == int(grant.value))) or where)
    return f"{grant.role} on {where}"
