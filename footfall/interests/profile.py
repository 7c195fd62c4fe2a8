"""Profiles that devices asked the server to keep: the personal plane, in a database and under a key of its own.

A row is of a device on one portal: the hash of a random key that the device alone has, what it agreed to, and a few topics with weights,
encrypted. No page, no address, no instant finer than a day, and nothing of the measurement plane is here or can be asked for from here.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import sqlalchemy as sa
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from footfall.errors import BadInput, NotFound, Unavailable
from footfall.interests.taste import Topics, decayed, learned
from footfall.vocabulary import Clock

__all__ = ["LONGEST_DAYS", "Agreed", "Kept", "Profiles", "has_profiles", "open_profiles"]

LONGEST_DAYS = 90
"""A profile ends so many days after its device agreed last, however much it is used."""
MOST_AGREED = 20
"""Agreements that are kept, the newest: more could not be read again once they are sealed."""
KEY_BYTES = 32
LONGEST_TEXT = 100
HEADER = {"alg": "dir", "enc": "A256GCM"}
NO_PROFILE = "Nothing is kept for this device key on this portal."
metadata = sa.MetaData()
profiles = sa.Table(
    "profiles",
    metadata,
    sa.Column("device", sa.String(64), primary_key=True, comment="hash of portal and device key: of another portal it is another"),
    sa.Column("ends", sa.String(10), nullable=False, index=True, comment="the first day, YYYY-MM-DD UTC, on which it is no more"),
    sa.Column("sealed", sa.Text, nullable=False, comment="Kept, as JSON, encrypted under the key file"),
)


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What a device agreed to."""

    what: tuple[str, ...] = ("topics",)
    """``topics``: what is looked at adds to the weights. Empty: nothing is added any more, and what is there fades."""
    text: str
    """Which text was shown, by its name and version, such as ``profile-2026-11 ru``."""
    day: str = ""
    """When, YYYY-MM-DD UTC."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of a device, as its owner sees it."""

    portal: int
    agreed: tuple[Agreed, ...]
    """The last is what stands."""
    topics: dict[str, float]
    """Weights by topic, as of ``changed``; the heaviest first."""
    changed: str
    ends: str
    """The first day on which nothing of it is left."""


decode = msgspec.json.Decoder(Kept).decode


class Profiles:
    """The store. Every method that is handed a device key raises NotFound where nothing is kept for it, and Unavailable where the
    database does not answer."""

    def __init__(self, engine: sa.Engine, key: bytes, now: Clock) -> None:
        self._engine, self._key, self._now = engine, OctKey.import_key(key), now
        self._portals: frozenset[int] | None = None
        """Of which nothing but theirs is left."""
        self._is_emptied = True
        """Whether the journal holds nothing of what was erased."""

    def agree(self, portal: int, agreed: Agreed, key: str = "") -> tuple[str, Kept]:
        """Keep a profile from now on, or change what is agreed to; answers the device's key, a new one where none is given.

        Raises:
            BadInput: the text is not named, or is agreed to what nobody offers.
        """
        checked = self._checked(agreed)
        today = self._today()
        device = key or secrets.token_urlsafe(KEY_BYTES)
        with self._transaction() as connection:
            before = self._read(connection, portal, key) if key else Kept(portal=portal, agreed=(), topics={}, changed=str(today), ends="")
            agreed_to = (*before.agreed, checked)[-MOST_AGREED:]
            # Who takes the yes back has not agreed to have what is there kept for longer.
            ends = str(today + timedelta(days=LONGEST_DAYS)) if checked.what or not before.ends else before.ends
            kept = msgspec.structs.replace(before, agreed=agreed_to, ends=ends)
            self._put(connection, device, kept)
        return device, kept

    def show(self, portal: int, key: str) -> Kept:
        """All that is kept, its weights as of today."""
        with self._transaction() as connection:
            return self._read(connection, portal, key)

    def learn(self, portal: int, key: str, topics: Topics) -> Kept:
        """Add what was looked at; nothing where topics are not agreed to."""
        with self._transaction() as connection:
            kept = self._read(connection, portal, key)
            if "topics" in kept.agreed[-1].what and topics:
                kept = msgspec.structs.replace(kept, topics=learned(kept.topics, topics))
                self._put(connection, key, kept)
        return kept

    def erase(self, portal: int, key: str) -> None:
        """Leave nothing of it, in the database's file and its journal too. Says nothing of whether there was something."""
        with self._transaction() as connection:
            connection.execute(profiles.delete().where(profiles.c.device == _hash(portal, key)))
        self._empty_journal()

    def forget_ended(self) -> int:
        """Erase what ended by today; answers how many. What an erasure could not yet empty of the journal is emptied now."""
        with self._transaction() as connection:
            ended = connection.execute(profiles.delete().where(profiles.c.ends <= str(self._today()))).rowcount
        if ended or not self._is_emptied:
            self._empty_journal()
        return int(ended)

    def forget_others(self, portals: Iterable[int]) -> int:
        """Erase what is of none of these portals: nobody could see or erase it any more. Looks again only where they have changed."""
        known = frozenset(portals)
        if known == self._portals:
            return 0
        with self._transaction() as connection:
            rows = connection.execute(sa.select(profiles.c.device, profiles.c.sealed)).all()
            gone = [row.device for row in rows if (kept := self._opened(row.sealed)) and kept.portal not in known]
            for device in gone:
                connection.execute(profiles.delete().where(profiles.c.device == device))
        if gone:
            self._empty_journal()
        self._portals = known
        return len(gone)

    def close(self) -> None:
        self._engine.dispose()

    def _read(self, connection: sa.Connection, portal: int, key: str) -> Kept:
        sealed = connection.scalar(sa.select(profiles.c.sealed).where(profiles.c.device == _hash(portal, key)))
        kept = self._opened(sealed) if sealed else None
        if kept is None or kept.ends <= str(self._today()):
            raise NotFound(NO_PROFILE)
        days = (self._today() - date.fromisoformat(kept.changed)).days
        return msgspec.structs.replace(kept, topics=decayed(kept.topics, days), changed=str(self._today()))

    def _put(self, connection: sa.Connection, key: str, kept: Kept) -> None:
        """In the transaction that it was read in: what was erased or taken back in between must not come again."""
        sealed = jwe.encrypt_compact(HEADER, msgspec.json.encode(kept), self._key)
        row = {"device": _hash(kept.portal, key), "ends": kept.ends, "sealed": sealed}
        connection.execute(profiles.delete().where(profiles.c.device == row["device"]))
        connection.execute(profiles.insert().values(row))

    def _opened(self, sealed: str) -> Kept | None:
        try:
            return decode(jwe.decrypt_compact(sealed, self._key).plaintext or b"")
        except (JoseError, msgspec.DecodeError):
            return None

    def _checked(self, agreed: Agreed) -> Agreed:
        if not agreed.text.strip() or len(agreed.text) > LONGEST_TEXT:
            raise BadInput("Say which text was agreed to, in at most {most} characters.", most=LONGEST_TEXT)
        if set(agreed.what) - {"topics"}:
            raise BadInput("Nobody can agree to {what}. Valid: topics, or nothing.", what=", ".join(sorted(agreed.what)))
        what = tuple(dict.fromkeys(agreed.what))
        return msgspec.structs.replace(agreed, what=what, text=agreed.text.strip(), day=str(self._today()))

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now() / 1000, UTC).date()

    def _empty_journal(self) -> None:
        with self._transaction(checkpoint=True) as connection:
            # A backup that reads just now keeps the journal: then the next round empties it.
            self._is_emptied = not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar()

    @contextmanager
    def _transaction(self, *, checkpoint: bool = False) -> Iterator[sa.Connection]:
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1" if checkpoint else "BEGIN IMMEDIATE")
                yield connection
                connection.commit()
        except sa.exc.DBAPIError as error:
            raise Unavailable("The store of profiles does not answer.") from error


def has_profiles(folder: Path) -> bool:
    """Whether profiles were ever kept in the folder."""
    return (folder / "profiles.db").exists()


def open_profiles(folder: Path, now: Clock) -> Profiles:
    """``profiles.db`` in the folder, made where it is not, and its key ``profiles.key`` beside it, readable by their owner alone.

    Raises:
        Unavailable: the folder cannot be written.
    """
    try:
        key = _key_in(folder)
        with suppress(FileExistsError):
            os.close(os.open(folder / "profiles.db", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise Unavailable("The store of profiles cannot be made ({fault}).", fault=error.strerror or "") from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(folder / "profiles.db")), connect_args={"timeout": 30, "isolation_level": None}
    )
    sa.event.listen(engine, "connect", _prepare)
    metadata.create_all(engine)
    return Profiles(engine, key, now)


def _key_in(folder: Path) -> bytes:
    path, temporary = folder / "profiles.key", folder / f"profiles.key.{secrets.token_hex(8)}"
    if not path.exists():
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Whoever links first has made it; the others read that one.
        with suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    return path.read_bytes()


def _prepare(connection: object, record: object) -> None:
    # secure_delete: what is deleted is overwritten, in the file and in its journal.
    for pragma in ("journal_mode=WAL", "secure_delete=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def _hash(portal: int, key: str) -> str:
    return hashlib.sha256(f"{portal}|{key}".encode()).hexdigest()
