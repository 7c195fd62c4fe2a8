"""Schema as numbered SQL files, applied once each, forward only. Run it as often as you like."""

import hashlib
from importlib.resources import files

from footfall.errors import Unavailable
from footfall.store.engine import Engine
from footfall.store.topology import statements

__all__ = ["migrate", "waiting_migrations"]

TABLE = """CREATE TABLE IF NOT EXISTS migrations (name String, sha256 String, applied_at DateTime DEFAULT now('UTC'))
ENGINE = MergeTree ORDER BY name"""


def migrate(engine: Engine) -> list[str]:
    """Apply what is not yet applied, on every node, in order; answers the names applied now (empty: all was current).

    Raises:
        Unavailable: an applied file was changed since, a newer Footfall applied one that this one has not, or the store is away.
    """
    applied: set[str] = set()
    for node in engine.nodes():
        try:
            applied |= _migrate_node(node)
        finally:
            if node is not engine:
                node.close()
    return sorted(applied)


def waiting_migrations(engine: Engine) -> list[str]:
    """Names that ``migrate`` would apply; all of them on an empty store. Changes nothing but the list's own table."""
    engine.command(TABLE)
    done = {str(name) for (name,) in engine.query("SELECT name FROM migrations")}
    return [name for name, _ in _scripts() if name not in done]


def _migrate_node(node: Engine) -> set[str]:
    node.command(TABLE)
    done = {str(name): str(digest) for name, digest in node.query("SELECT name, sha256 FROM migrations")}
    applied, scripts = set(), _scripts()
    if unknown := sorted(done.keys() - dict(scripts)):
        raise Unavailable("The store is of a newer Footfall, which applied {name} here. Install that one again.", name=unknown[-1])
    for name, script in scripts:
        digest = hashlib.sha256(script.encode()).hexdigest()
        if name not in done:
            _apply(node, name, script, digest)
            applied.add(name)
        elif done[name] != digest:
            raise Unavailable("Migration {name} was changed after it was applied here; put the released file back.", name=name)
    return applied


def _apply(node: Engine, name: str, script: str, digest: str) -> None:
    for statement in statements(script, node.topology):
        node.command(statement.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1))
    node.command("INSERT INTO migrations (name, sha256) VALUES ({name:String}, {sha256:String})", {"name": name, "sha256": digest})


def _scripts() -> list[tuple[str, str]]:
    folder = files("footfall.store") / "schema"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(name, (folder / name).read_text(encoding="utf-8")) for name in names]
