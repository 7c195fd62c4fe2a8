"""Wire formats of trackers and logs, each decoded into the one ``Sent`` that the pipeline works on. ROUTES says which path speaks which."""

from collections.abc import Callable

import msgspec

from footfall.collect.formats import footfall, matomo, plausible, umami
from footfall.collect.request import Reply, Request
from footfall.collect.sent import Sent

__all__ = ["ROUTES", "Format"]


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """How a path's requests are read and answered."""

    methods: tuple[str, ...] = ("POST",)
    decode: Callable[[Request], list[Sent]]
    reply: Callable[[Request, list[str], int], Reply]
    """(request, reasons of what was refused, how many events it held) → the format's own answer."""


_matomo = Format(methods=("GET", "POST"), decode=matomo.decode, reply=matomo.reply)

ROUTES: dict[str, Format] = {
    "/api/collect": Format(decode=footfall.decode, reply=footfall.reply),
    "/api/event": Format(decode=plausible.decode, reply=plausible.reply),
    "/api/send": Format(decode=umami.decode, reply=umami.reply),
    "/api/batch": Format(decode=umami.decode_batch, reply=umami.reply_batch),
    "/matomo.php": _matomo,
    "/piwik.php": _matomo,
}
