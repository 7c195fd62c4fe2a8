"""Shares: links that show a portal's numbers, read-only, to who is not signed in. Of a link's token only the hash is kept."""

import secrets
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from footfall.control.audit import acting_as, note
from footfall.control.hostnames import as_browsers_send
from footfall.control.passwords import checked_password, hash_password, is_right
from footfall.control.sessions import digest_of
from footfall.control.sign_ins import wait_ms
from footfall.control.tables import shares
from footfall.control.transactions import Database
from footfall.errors import BadInput, Conflict, NotFound, Unauthorized
from footfall.vocabulary import Portal

__all__ = ["DAYS", "USUAL_DAYS", "Share", "checked_origins", "create_share", "find_share", "list_shares", "revoke_share", "try_password"]

DAY_MS = 86_400_000
DAYS = (1, 7, 30, 90, 365)
"""For how long a link may be good."""
USUAL_DAYS = 30
MOST_SHARES, MOST_ORIGINS, MOST_VIEW = 100, 10, 8_000
NO_SUCH = "This link has expired, was revoked, or never was. Whoever sent it can make another."
NOT_SO = "That is not the password. After five tries the link waits, longer each time."


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a link shows, and to whom."""

    id: int = 0
    portal_id: int
    kind: Literal["page", "panel"]
    """A whole page to be sent to somebody, or one panel to stand inside a page of another site."""
    view: str = ""
    """The query of a portal's page, as ``?…``; its reader cannot change period and filters."""
    panel: str = ""
    """``graph`` or a panel's name; empty for a page."""
    origins: tuple[str, ...] = ()
    """That may frame a panel."""
    has_password: bool = False
    expires_ms: int
    created_by: str
    created_ms: int = 0


def create_share(database: Database, portal: Portal, share: Share, *, password: str = "", now_ms: int) -> str:
    """The token of a new link, never to be seen again; links that expired go.

    Raises:
        BadInput: the password is easy to guess, a panel has one or no origin, or the view is too long.
        Conflict: the portal has as many links as it may.
    """
    _check(share, password)
    hashed = hash_password(checked_password(password, portal.domain)) if password else ""
    token = secrets.token_urlsafe(32)
    with database.writing() as connection:
        connection.execute(shares.delete().where(shares.c.expires_ms <= now_ms))
        others = connection.scalar(sa.select(sa.func.count()).where(shares.c.portal_id == portal.id)) or 0
        if others >= MOST_SHARES:
            raise Conflict("This portal has {most} links. Revoke one first.", most=MOST_SHARES)
        kept = {name: getattr(share, name) for name in ("kind", "view", "panel", "expires_ms", "created_by")}
        ours = {"sha256": digest_of(token), "portal_id": portal.id, "origins": " ".join(share.origins), "password": hashed}
        connection.execute(shares.insert().values(kept | ours | {"failures": 0, "locked_until_ms": 0, "created_ms": now_ms}))
        note(connection, now_ms, "share made", f"{portal.domain}: {_described(share, hashed)}")
    return token


def find_share(database: Database, token: str, kind: str, *, now_ms: int) -> Share:
    """What the link of that token shows. Raises NotFound where it is good no more, or never was: nobody can tell which."""
    this = sa.and_(shares.c.sha256 == digest_of(token), shares.c.kind == kind, shares.c.expires_ms > now_ms)
    with database.reading() as connection:
        row = connection.execute(sa.select(shares).where(this)).first()
    if row is None:
        raise NotFound(NO_SUCH)
    return _share(row)


def list_shares(database: Database, portal: Portal, *, now_ms: int) -> list[Share]:
    """The portal's links that are good, newest first."""
    wanted = sa.select(shares).where(shares.c.portal_id == portal.id, shares.c.expires_ms > now_ms).order_by(shares.c.id.desc())
    with database.reading() as connection:
        return [_share(row) for row in connection.execute(wanted)]


def revoke_share(database: Database, portal: Portal, id: int, *, now_ms: int) -> None:
    """The link shows nothing from now on. Raises NotFound where the portal has none of that id."""
    with database.writing() as connection:
        if not connection.execute(shares.delete().where(shares.c.id == id, shares.c.portal_id == portal.id)).rowcount:
            raise NotFound("There is no such link any more.")
        note(connection, now_ms, "share revoked", f"{portal.domain}: link {id}")


def try_password(database: Database, share: Share, password: str, *, now_ms: int) -> None:
    """That this is the link's password. A try is counted before it is judged, and tries too many make the link wait, as an account does.

    Raises:
        Unauthorized: another password, or waiting; it takes as long and says the same.
    """
    hashed, number = _count_try(database, share.id, now_ms)
    if not is_right(hashed, password):
        with database.writing() as connection, acting_as(f"link {share.id}"):
            if number:
                note(connection, now_ms, "share password failed", f"try {number}")
        raise Unauthorized(NOT_SO)
    with database.writing() as connection:
        connection.execute(shares.update().where(shares.c.id == share.id).values(failures=0, locked_until_ms=0))


def checked_origins(text: str) -> tuple[str, ...]:
    """Origins as browsers name them, of words with spaces between.

    >>> checked_origins("https://City.example/ http://127.0.0.1:8000")
    ('https://city.example', 'http://127.0.0.1:8000')

    Raises:
        BadInput: one is no origin, or there are none or too many.
    """
    found = tuple(dict.fromkeys(_origin(word) for word in text.replace(",", " ").split()))
    if not 1 <= len(found) <= MOST_ORIGINS:
        raise BadInput("A panel needs the sites that may show it. Valid: 1 to {most}, such as https://www.example.city.", most=MOST_ORIGINS)
    return found


def _origin(word: str) -> str:
    wrong = BadInput("Site {site!r} is not valid. Valid: an address without a path, such as https://www.example.city.", site=word[:100])
    try:
        parts = urlsplit(word)
        host, port = as_browsers_send((parts.hostname or "").lower()), parts.port
    except ValueError:
        raise wrong from None
    is_plain = bool(host) and host.isascii() and all(letter.isalnum() or letter in "-." for letter in host)
    if (
        parts.scheme not in ("http", "https")
        or not is_plain
        or parts.path not in ("", "/")
        or parts.query
        or parts.username
        or parts.fragment
    ):
        raise wrong
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _check(share: Share, password: str) -> None:
    if share.kind == "panel" and (password or not share.origins):
        raise BadInput("A panel needs the sites that may show it, and has no password.")
    if len(share.view) > MOST_VIEW:
        raise BadInput("There are too many filters to share. Valid: up to {most} characters in the address.", most=MOST_VIEW)


def _count_try(database: Database, id: int, now_ms: int) -> tuple[str, int]:
    """The password to compare with and the try's number; neither where the link waits: then no password is right."""
    with database.writing() as connection:
        row = connection.execute(sa.select(shares).where(shares.c.id == id)).first()
        if row is None or now_ms < row.locked_until_ms:
            return "", 0
        number = row.failures + 1
        changes = {"failures": number, "locked_until_ms": now_ms + wait_ms(number)}
        connection.execute(shares.update().where(shares.c.id == id).values(changes))
        return row.password, number


def _described(share: Share, hashed: str) -> str:
    last = datetime.fromtimestamp(share.expires_ms / 1000, UTC).date()
    what = f"{share.panel} in {', '.join(share.origins)}" if share.kind == "panel" else "page"
    return f"{what} until {last}{', with a password' if hashed else ''}"


def _share(row: sa.Row[tuple[object, ...]]) -> Share:
    names = ("id", "portal_id", "kind", "view", "panel", "expires_ms", "created_by", "created_ms")
    kept = {name: getattr(row, name) for name in names}
    return Share(**kept, origins=tuple(row.origins.split()), has_password=bool(row.password))
