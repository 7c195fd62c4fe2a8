"""``footfall up``: everything on one port."""

import errno
import socket
from typing import Annotated

from cyclopts import Parameter

from footfall.cli.backend import find_server
from footfall.cli.terminal import Home, Json, console, print_json, settings_of
from footfall.errors import BadSetting, Conflict
from footfall.serve.up import run_app
from footfall.settings import Settings

__all__ = ["Host", "Now", "Port", "refuse_taken_port", "up"]

Port = Annotated[int | None, Parameter(help="Port to listen on; 0 takes a free one [default: 8700].")]
Host = Annotated[str | None, Parameter(help="Address to listen on [default: 127.0.0.1].")]
Now = Annotated[str | None, Parameter(help="Clock for tests and replays: INSTANT (frozen) or INSTANT+ (runs from there).")]


def up(*, port: Port = None, host: Host = None, home: Home = None, now: Now = None, json: Json = False) -> None:
    """Run everything on one port: collector, API and loader, until SIGTERM or Ctrl-C."""
    settings = settings_of(home, port=port, host=host, now=now)
    server = find_server(settings.home_path)
    if server:
        raise Conflict(f"A server of this home runs already at {server.url} (process {server.pid}).")
    refuse_taken_port(settings)

    def say(url: str) -> None:
        if json:
            print_json({"url": url})
        else:
            console.print(f"Footfall is up at {url} (Ctrl-C stops it)")
            if settings.policy == "exact":
                console.print("Policy exact: answers withhold nothing. It is for tests and a single developer.")

    run_app(settings, say)


def refuse_taken_port(settings: Settings) -> None:
    """Say in a sentence, before anything is opened, that the port cannot be had.

    Raises:
        BadSetting: the host is none of this machine's.
        Conflict: somebody listens there, or this user may not.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            valid = "Valid: an address of this machine, such as 127.0.0.1; 0.0.0.0 is all of them."
            raise BadSetting(f"Setting 'host' has {settings.host!r}, which this machine does not have. {valid}") from None
        where = f"{settings.host}, port {settings.port}"
        raise Conflict(f"Cannot listen on {where} ({error.strerror or error}); choose another with --port or --host.") from None
