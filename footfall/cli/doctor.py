"""``footfall doctor``: is everything well, and if not, what to do."""

import shutil
from collections.abc import Callable

from footfall.cli.common import Home, Json, console, print_json, settings_of
from footfall.errors import FootfallError, Unavailable
from footfall.serve.house import open_control_of, open_desk, salt_folder
from footfall.serve.up import running_server
from footfall.settings import Settings

__all__ = ["doctor"]

LEAST_FREE_BYTES = 1_000_000_000


def doctor(*, home: Home = None, json: Json = False) -> None:
    """Check home, disk, store and portals. Exit code 1 if something is wrong."""
    settings = settings_of(home)
    checks: dict[str, Callable[[Settings], str]] = {
        "disk": _disk,
        "salts": _salts,
        "portals": _portals,
        "store": _store,
    }
    found = []
    for name, check in checks.items():
        try:
            found.append({"check": name, "ok": True, "says": check(settings)})
        except FootfallError as error:
            found.append({"check": name, "ok": False, "says": str(error)})
    if json:
        print_json(found)
    else:
        for line in found:
            console.print(f"{'ok  ' if line['ok'] else 'BAD '} {line['check']}: {line['says']}", markup=False)
    if not all(line["ok"] for line in found):
        raise SystemExit(1)


def _disk(settings: Settings) -> str:
    settings.home_path.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home_path).free
    if free < LEAST_FREE_BYTES:
        raise Unavailable(f"only {free:,} bytes are free where {settings.home_path} is; at a full disk events are refused with 503.")
    return f"{free / 1e9:,.1f} GB free at {settings.home_path}"


def _salts(settings: Settings) -> str:
    folder = salt_folder(settings)
    return f"on tmpfs in {folder}" if folder else "in memory only; a restart counts today's visitors again"


def _portals(settings: Settings) -> str:
    control = open_control_of(settings)
    try:
        count = len(control.portals())
    finally:
        control.close()
    return f"{count} set up" if count else "none yet; `footfall portals add DOMAIN` makes one"


def _store(settings: Settings) -> str:
    server = running_server(settings.home_path)
    if server:
        return f"served at {server['url']}"
    desk = open_desk(settings)
    try:
        waiting = len(desk.loader.waiting())
    finally:
        desk.close()
    return f"opened and current, {waiting} journal segments wait"
