"""``footfall migrate``: the store's schema, brought up to date."""

from footfall.cli.backend import find_server
from footfall.cli.terminal import Home, Json, console, print_json, settings_of
from footfall.errors import Conflict
from footfall.serve.home import open_control_of, spill_folder
from footfall.settings import Settings
from footfall.store import migrate as store_migrate
from footfall.store.engine import open_engine

__all__ = ["migrate"]


def migrate(*, home: Home = None, json: Json = False) -> None:
    """Bring the store's schema and the control database up to date. Safe to run again; `footfall up` does it at its start."""
    applied = apply_migrations(settings_of(home))
    if json:
        print_json({"applied": applied, "current": True})
    elif applied:
        console.print(f"Applied {', '.join(applied)}.", markup=False)
    else:
        console.print("The schema is current.")


def apply_migrations(settings: Settings) -> list[str]:
    """Names applied now.

    Raises:
        Conflict: a server holds the embedded store (it migrated when it started).
    """
    server = find_server(settings.home_path)
    if server and settings.store == "chdb":
        raise Conflict(f"The server at {server.url} holds the embedded store, and migrated it when it started; stop it first.")
    settings.home_path.mkdir(parents=True, exist_ok=True, mode=0o700)
    open_control_of(settings).close()
    engine = open_engine(settings.store, settings.home_path, spill=spill_folder(settings))
    try:
        return store_migrate.migrate(engine)
    finally:
        engine.close()
