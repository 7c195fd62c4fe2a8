"""API keys: shown once, stored as the hash of a random secret, with scopes, portals, placements and limits."""

import hashlib
import secrets

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import keys
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, Forbidden, NotFound, Unauthorized
from footfall.sentences import Sentence

__all__ = [
    "PER_DAY",
    "PER_MINUTE",
    "SCOPES",
    "Key",
    "Limits",
    "check_key",
    "create_key",
    "drop_portal",
    "list_keys",
    "rename_portal",
    "revoke_key",
]

SCOPES = (
    "stats:read",
    "marts:read",
    "sites:read",
    "sites:write",
    "import:write",
    "keys:write",
    "datasets:read",
    "datasets:write",
    "content:read",
    "content:write",
)
NOT_FOR_THAT_PORTAL = "This key is not for that portal."
PER_MINUTE, PER_DAY = 600, 100_000
"""Requests to the content service, where a key has no number of its own."""
MOST_REQUESTS = 1_000_000_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of the content service a key may have."""

    placements: tuple[str, ...] = ()
    """Names; empty is all of its portals."""
    per_minute: int = 0
    """Requests; 0 is PER_MINUTE."""
    per_day: int = 0
    """Requests a day of UTC; 0 is PER_DAY."""


NO_LIMITS = Limits()


class Key(msgspec.Struct, frozen=True):
    """What a key may do. The secret itself is nowhere."""

    name: str
    scopes: tuple[str, ...]
    portals: tuple[str, ...] = ()
    """Domains it is for; empty is all."""
    created_ms: int = 0
    limits: Limits = NO_LIMITS

    @property
    def per_minute(self) -> int:
        return self.limits.per_minute or PER_MINUTE

    @property
    def per_day(self) -> int:
        return self.limits.per_day or PER_DAY

    def require_placement(self, name: str) -> None:
        """Raises Forbidden for a key that is for other placements only; an empty name is a request without one."""
        if self.limits.placements and name not in self.limits.placements:
            raise Forbidden("This key is not for that placement.")

    def require(self, scope: str, domain: str = "") -> None:
        """Raises Forbidden unless the key has the scope, and the portal where one is named."""
        if scope not in self.scopes:
            raise Forbidden("This key lacks the scope {scope}; it has {scopes}.", scope=scope, scopes=", ".join(self.scopes))
        if domain and self.portals and domain not in self.portals:
            raise Forbidden(NOT_FOR_THAT_PORTAL)


def create_key(
    database: Database, name: str, scopes: tuple[str, ...], portals: tuple[str, ...] = (), *, now_ms: int, limits: Limits = NO_LIMITS
) -> str:
    """A new key's secret, never to be seen again.

    Raises:
        BadInput: a scope is not known, the name is no name, or a limit is not valid.
        Conflict: the name is taken.
    """
    if not name.strip() or len(name) > 100:
        raise BadInput("A key's name has 1 to 100 characters.")
    wanted = SCOPES if "*" in scopes else scopes
    unknown = sorted(set(wanted) - set(SCOPES))
    if unknown or not wanted:
        wrong = Sentence("Scope {scope!r} is not known.", scope=unknown[0]) if unknown else Sentence("A key needs a scope.")
        raise BadInput("{wrong} Valid: {valid}, or * for all.", wrong=wrong, valid=", ".join(SCOPES))
    if not all(0 <= number <= MOST_REQUESTS for number in (limits.per_minute, limits.per_day)):
        raise BadInput("A key's limits are whole numbers of requests; 0 is the usual one.")
    secret = "ff_" + secrets.token_urlsafe(32)
    values = {
        "name": name,
        "sha256": _digest(secret),
        "scopes": ",".join(dict.fromkeys(wanted)),
        "portals": ",".join(portals),
        "created_ms": now_ms,
        "placements": ",".join(limits.placements),
        "per_minute": limits.per_minute,
        "per_day": limits.per_day,
    }
    with database.writing() as connection:
        if connection.execute(sa.select(keys.c.name).where(keys.c.name == name)).first():
            raise Conflict("A key named {name!r} is there already; revoke it or take another name.", name=name)
        connection.execute(keys.insert().values(values))
        note(connection, now_ms, "key made", f"{name}: {', '.join(wanted)}")
    return secret


def check_key(database: Database, secret: str) -> Key:
    """The key of a secret. Raises Unauthorized where nobody gave it out."""
    with database.reading() as connection:
        row = connection.execute(sa.select(keys).where(keys.c.sha256 == _digest(secret))).first()
    if row is None:
        raise Unauthorized("Invalid API key. Send `Authorization: Bearer KEY`; `footfall keys add` makes one.")
    return _key(row)


def list_keys(database: Database) -> list[Key]:
    """All keys by name."""
    with database.reading() as connection:
        return [_key(row) for row in connection.execute(sa.select(keys).order_by(keys.c.name))]


def revoke_key(database: Database, name: str, *, now_ms: int) -> None:
    """The key stops working at once. Raises NotFound where there is none."""
    with database.writing() as connection:
        if not connection.execute(keys.delete().where(keys.c.name == name)).rowcount:
            raise NotFound("No key named {name!r}. `footfall keys list` shows those there are.", name=name)
        note(connection, now_ms, "key revoked", name)


def rename_portal(connection: sa.Connection, old: str, new: str) -> None:
    """Keys for the portal ``old`` are for ``new``."""
    for name, domains in _limited_to(connection, old):
        renamed = ",".join(new if domain == old else domain for domain in domains)
        connection.execute(keys.update().where(keys.c.name == name).values(portals=renamed))


def drop_portal(connection: sa.Connection, domain: str) -> None:
    """Take a removed portal out of keys. A key for it alone is revoked: left empty, it would be for all."""
    for name, domains in _limited_to(connection, domain):
        rest = ",".join(other for other in domains if other != domain)
        this = keys.c.name == name
        connection.execute(keys.update().where(this).values(portals=rest) if rest else keys.delete().where(this))


def _limited_to(connection: sa.Connection, domain: str) -> list[tuple[str, tuple[str, ...]]]:
    rows = [(str(name), _listed(portals)) for name, portals in connection.execute(sa.select(keys.c.name, keys.c.portals))]
    return [(name, domains) for name, domains in rows if domain in domains]


def _key(row: sa.Row[tuple[object, ...]]) -> Key:
    limits = Limits(placements=_listed(row.placements), per_minute=row.per_minute, per_day=row.per_day)
    return Key(row.name, _listed(row.scopes), _listed(row.portals), row.created_ms, limits)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
