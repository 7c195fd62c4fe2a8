"""The tools that datasets are loaded with, put together in one place: contracts, connectors, readers, checks and guard."""

import glob
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path

from footfall.control.object_names import names_key
from footfall.control.places import parents_of
from footfall.errors import BadInput, Unavailable
from footfall.serve.home import salt_folder
from footfall.serve.house import Desk
from footfall.serve.loading_sources import Sources
from footfall.serve.source_tools import Connector, Tools
from footfall.serve.uploads import Upload, is_upload
from footfall.settings import Settings
from footfall.sources import checks, connectors, guard, readers
from footfall.sources.ladder import Parents
from footfall.sources.odcs import read_contract
from footfall.vocabulary import Clock

__all__ = ["NO_PARENTS", "make_tools", "source_room", "sources_of"]

NO_PARENTS: Parents = {}
CONTRACTS_KEPT = 256
"""In memory, read: pages and jobs look at all of them again and again."""
_read = lru_cache(CONTRACTS_KEPT)(read_contract)


def source_room(settings: Settings) -> Path:
    """The private tmpfs folder where files are while they are read.

    Raises:
        Unavailable: this machine has no tmpfs.
    """
    base = salt_folder(settings)
    if base is None:
        raise Unavailable("Files of datasets are read in memory alone: that needs a tmpfs folder on this machine (setting 'volatile').")
    for folder in (base, base / "sources"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return base / "sources"


def sources_of(desk: Desk, *, any_path: bool = False) -> Sources:
    """The datasets of a home. ``any_path``: for who runs commands on this machine and may read its files anyway; a server reads those of
    the setting ``source_folders`` alone. Raises Unavailable where there is no tmpfs."""
    room = source_room(desk.settings)
    key = partial(names_key, desk.control)
    tools = make_tools(desk.settings, room, desk.now, any_path=any_path, parents=parents_of(desk.control), key=key)
    return Sources(desk.control, desk.engine, tools, folder=room, now=desk.now)


def make_tools(
    settings: Settings, room: Path, now: Clock, *, any_path: bool = False, parents: Parents = NO_PARENTS, key: Callable[[], bytes] = bytes
) -> Tools:
    """What the sources room offers, as these settings allow it; ``parents`` are the places above places that ladders climb to, ``key`` the
    secret under which queries stand in names of objects."""
    return Tools(
        read_contract=_read,
        connector=partial(_connector, settings, room, now, any_path, key),
        read_query=partial(connectors.read_query, allowed=settings.source_networks),
        masked=lambda source: connectors.masked(source) if "://" in source else source,
        pieces=readers.pieces,
        checks=checks,
        guard=guard,
        parents=parents,
    )


def _connector(settings: Settings, room: Path, now: Clock, any_path: bool, key: Callable[[], bytes], source: str) -> Connector:
    if is_upload(source):
        return Upload(source, room)
    within = None if any_path else tuple(Path(os.path.realpath(Path(folder).expanduser())) for folder in settings.source_folders)
    if within is not None and ("://" not in source or source.startswith("file:")):
        _refuse_path(within, source.removeprefix("file://"))
    at = partial(_utc, now)
    return connectors.connector_of(source, at, allowed=settings.source_networks, within=within, names_key=key)


def _utc(now: Clock) -> datetime:
    return datetime.fromtimestamp(now() / 1000, UTC)


def _refuse_path(within: tuple[Path, ...], source: str) -> None:
    """TRICKY: links are followed first, and ``..`` after a glob is no place that can be told."""
    magic = glob.has_magic(source)
    fixed = Path(source.partition("*")[0].partition("?")[0].partition("[")[0]).parent if magic else Path(source)
    place = Path(os.path.realpath(fixed))
    if ".." in Path(source).parts or not any(place.is_relative_to(folder) for folder in within):
        raise BadInput(
            "This server does not read files of {source!r}. Valid: what lies in the folders of the setting source_folders, or an address.",
            source=source,
        )
