"""What loading a dataset takes from the sources room, as one thing: contracts, connectors, readers, checks, guard."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import msgspec

from footfall.sources.cells import Checks
from footfall.sources.contract import Contract
from footfall.sources.kernel import Guard
from footfall.sources.ladder import Parents
from footfall.sources.pieces import Piece

__all__ = ["Connector", "Held", "Listed", "Pieces", "Tools"]

Pieces = Callable[[], Iterable[Piece]]


class Listed(Protocol):
    """An object that a connector lists: a file, or an address."""

    @property
    def key(self) -> str: ...
    @property
    def version(self) -> str: ...


class Held(Protocol):
    """An object on this machine."""

    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str: ...


class Connector(Protocol):
    """Where objects come from; ``sources.connectors`` has them."""

    def objects(self, known: dict[str, str], /) -> Sequence[Listed]: ...
    def fetch(self, found: Any, room: Path, /) -> AbstractContextManager[Held]: ...


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What the sources room offers, as one thing."""

    read_contract: Callable[[str], Contract]
    """Of its YAML; raises BadInput."""
    connector: Callable[[str], Connector]
    """Of a contract's source."""
    read_query: Callable[[Contract, str | None, Path], Iterable[Piece]]
    """Rows of a database from an instant on (UTC)."""
    masked: Callable[[str], str]
    """A source without its password."""
    pieces: Callable[[Path, Contract, Path], Iterable[Piece]]
    """Of a file; what has to be put down on the way stands in that folder."""
    checks: Checks
    guard: Guard
    parents: Parents = {}
