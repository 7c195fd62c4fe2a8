"""API keys: shown once, stored as the hash of a random secret, with scopes and portals."""

import hashlib
import secrets

import msgspec
import sqlalchemy as sa

from footfall.control.database import Control, keys
from footfall.errors import BadInput, Conflict, Forbidden, NotFound, Unauthorized

__all__ = ["SCOPES", "Key", "check_key", "create_key", "list_keys", "revoke_key"]

SCOPES = ("stats:read", "sites:read", "sites:write", "import:write", "keys:write")


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
            raise Forbidden(f"This key lacks the scope {scope}; it has {', '.join(self.scopes)}.")
        if domain and self.portals and domain not in self.portals:
            raise Forbidden("This key is not for that portal.")


def create_key(control: Control, name: str, scopes: tuple[str, ...], portals: tuple[str, ...] = (), *, now_ms: int) -> str:
    """A new key's secret, never to be seen again.

    Raises:
        BadInput: a scope is not known.
        Conflict: the name is taken.
    """
    wanted = SCOPES if "*" in scopes else scopes
    unknown = sorted(set(wanted) - set(SCOPES))
    if unknown or not wanted:
        raise BadInput(f"Scope {unknown[0] if unknown else ''!r} is not known. Valid: {', '.join(SCOPES)}, or * for all.")
    secret = "ff_" + secrets.token_urlsafe(32)
    values = {
        "name": name,
        "sha256": _digest(secret),
        "scopes": ",".join(wanted),
        "portals": ",".join(portals),
        "created_ms": now_ms,
    }
    try:
        with control.engine.begin() as connection:
            connection.execute(keys.insert().values(values))
    except sa.exc.IntegrityError:
        raise Conflict(f"A key named {name!r} is there already; revoke it or take another name.") from None
    return secret


def check_key(control: Control, secret: str) -> Key:
    """The key of a secret. Raises Unauthorized where nobody gave it out."""
    with control.engine.connect() as connection:
        row = connection.execute(sa.select(keys).where(keys.c.sha256 == _digest(secret))).first()
    if row is None:
        raise Unauthorized("Invalid API key. Send `Authorization: Bearer KEY`; `footfall keys add` makes one.")
    return _key(row)


def list_keys(control: Control) -> list[Key]:
    """All keys by name."""
    with control.engine.connect() as connection:
        return [_key(row) for row in connection.execute(sa.select(keys).order_by(keys.c.name))]


def revoke_key(control: Control, name: str) -> None:
    """The key stops working at once. Raises NotFound where there is none."""
    with control.engine.begin() as connection:
        if not connection.execute(keys.delete().where(keys.c.name == name)).rowcount:
            raise NotFound(f"No key named {name!r}. `footfall keys list` shows those there are.")


def _key(row: sa.Row[tuple[object, ...]]) -> Key:
    return Key(row.name, _listed(row.scopes), _listed(row.portals), row.created_ms)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
