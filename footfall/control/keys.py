"""API keys: shown once, stored as the hash of a random secret, with scopes and portals."""

import hashlib
import secrets

import msgspec
import sqlalchemy as sa

from footfall.control.audit import note
from footfall.control.tables import keys
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, Forbidden, NotFound, Unauthorized
from footfall.sentences import Sentence

__all__ = ["SCOPES", "Key", "check_key", "create_key", "drop_portal", "list_keys", "rename_portal", "revoke_key"]

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


class Key(msgspec.Struct, frozen=True):
    """What a key may do. The secret itself is nowhere."""

    name: str
    scopes: tuple[str, ...]
    portals: tuple[str, ...] = ()
    """Domains it is for; empty is all."""
    created_ms: int = 0

    def require(self, scope: str, domain: str = "") -> None:
        """Raises Forbidden unless the key has the scope, and the portal where one is named."""
        if scope not in self.scopes:
            raise Forbidden("This key lacks the scope {scope}; it has {scopes}.", scope=scope, scopes=", ".join(self.scopes))
        if domain and self.portals and domain not in self.portals:
            raise Forbidden(NOT_FOR_THAT_PORTAL)


def create_key(database: Database, name: str, scopes: tuple[str, ...], portals: tuple[str, ...] = (), *, now_ms: int) -> str:
    """A new key's secret, never to be seen again.

    Raises:
        BadInput: a scope is not known, or the name is no name.
        Conflict: the name is taken.
    """
    if not name.strip() or len(name) > 100:
        raise BadInput("A key's name has 1 to 100 characters.")
    wanted = SCOPES if "*" in scopes else scopes
    unknown = sorted(set(wanted) - set(SCOPES))
    if unknown or not wanted:
        wrong = Sentence("Scope {scope!r} is not known.", scope=unknown[0]) if unknown else Sentence("A key needs a scope.")
        raise BadInput("{wrong} Valid: {valid}, or * for all.", wrong=wrong, valid=", ".join(SCOPES))
    secret = "ff_" + secrets.token_urlsafe(32)
    values = {
        "name": name,
        "sha256": _digest(secret),
        "scopes": ",".join(dict.fromkeys(wanted)),
        "portals": ",".join(portals),
        "created_ms": now_ms,
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
    return Key(row.name, _listed(row.scopes), _listed(row.portals), row.created_ms)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
