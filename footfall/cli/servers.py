"""``footfall up``, ``footfall collect``, ``footfall migrate``."""

from typing import Annotated

from cyclopts import Parameter

from footfall.cli.common import Home, Json, console, print_json, settings_of
from footfall.serve.house import open_desk
from footfall.serve.up import run_app, run_collector

__all__ = ["collect", "migrate", "up"]

Port = Annotated[int | None, Parameter(help="Port to listen on; 0 takes a free one [default: 8700].")]
Host = Annotated[str | None, Parameter(help="Address to listen on [default: 127.0.0.1].")]
Now = Annotated[str | None, Parameter(help="Clock for tests and replays: INSTANT (frozen) or INSTANT+ (runs from there).")]


def up(*, port: Port = None, host: Host = None, home: Home = None, now: Now = None, json: Json = False) -> None:
    """Run everything on one port: collector, API, loader."""

    def say(url: str) -> None:
        if json:
            print_json({"url": url})
        else:
            console.print(f"Footfall is up at {url} (Ctrl-C stops it)")

    run_app(settings_of(home, port=port, host=host, now=now), say)


def collect(*, port: Port = None, host: Host = None, home: Home = None, now: Now = None, json: Json = False) -> None:
    """Run a collector apart; `footfall up` on the same home loads what it takes."""
    settings = settings_of(home, port=port, host=host, now=now)
    if json:
        print_json({"url": f"http://{settings.host}:{settings.port}"})
    else:
        console.print(f"Collecting on http://{settings.host}:{settings.port} into {settings.home_path}")
    run_collector(settings)


def migrate(*, home: Home = None, json: Json = False) -> None:
    """Bring the store's schema up to date. Safe to run again."""
    settings = settings_of(home)
    desk = open_desk(settings)
    desk.close()
    if json:
        print_json({"current": True})
    else:
        console.print("The schema is current.")
