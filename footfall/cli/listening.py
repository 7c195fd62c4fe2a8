"""What commands that listen on a port share."""

import errno
import socket
from typing import Annotated

from cyclopts import Parameter

from footfall.errors import BadSetting, Conflict
from footfall.settings import Settings

__all__ = ["Host", "Now", "Port", "refuse_taken_port"]

Port = Annotated[int | None, Parameter(help="Port to listen on; 0 takes a free one [default: 8700].")]
Host = Annotated[str | None, Parameter(help="Address to listen on [default: 127.0.0.1].")]
Now = Annotated[str | None, Parameter(help="Clock for tests and replays: INSTANT (frozen) or INSTANT+ (runs from there).")]


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
