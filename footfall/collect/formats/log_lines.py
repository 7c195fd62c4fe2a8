"""Lines of server logs, read: who asked for what, when, and with what result. The format is found out line by line.

Known are Common and Combined (Apache, nginx, Traefik; also with the host in front and further fields behind), W3C Extended with its
``#Fields`` line (IIS, CloudFront), JSON (nginx, Caddy, Traefik, CloudFront) and the load balancers of AWS (ALB, classic ELB).
Decision 0003 says why this is not left to a library.
"""

import csv
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import msgspec

from footfall.collect.importing import BadLine, Passed

__all__ = ["FORMATS", "LogReader", "Request"]

FORMATS = "Common, Combined, W3C/IIS with its #Fields line, JSON (nginx, Caddy, Traefik), ALB/ELB, CloudFront"
QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
COMMON = re.compile(
    r"(?:(?P<host>[^\s:]+)(?::\d+ | (?=[\da-fA-F]*[.:][\da-fA-F.:]+ )))?"  # Apache's vhost_combined; or a host before an address
    r'(?P<address>\S+) \S+ (?:[^"\[]*?) ?\[(?P<time>[^\]]{20,30})\] '
    r'"(?P<request>[^"\\]*(?:\\.[^"\\]*)*)" (?P<status>\d{3}|-) (?:\d+|-)'
    r'(?: "(?P<referrer>[^"\\]*(?:\\.[^"\\]*)*)" "(?P<agent>[^"\\]*(?:\\.[^"\\]*)*)"(?: .*)?|(?: [^"\s]+)*)'
)
BALANCER = re.compile(
    r"(?:(?:https?|h2|grpcs?|wss?) )?(?P<time>\d{4}-\d\d-\d\dT[\d:.]+Z) \S+ (?P<address>\S+):\d+ \S+ \S+ \S+ \S+ "
    rf"(?P<status>\d{{3}}|-) \S+ \S+ \S+ {QUOTED.replace('(', '(?P<request>', 1)}(?: {QUOTED.replace('(', '(?P<agent>', 1)})?(?: .*)?"
)
MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
NONE = ("", "-")
ESCAPE = re.compile(r'((?:\\x[0-9A-Fa-f]{2})+)|\\(["\\])')
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
decode_json = msgspec.json.Decoder(dict[str, Any]).decode


class Request(msgspec.Struct, kw_only=True, gc=False):
    """One request as logged. Holds the address and the agent string, so it never outlives its line."""

    time_ms: int
    address: str
    method: str
    target: str
    """Path and query, or a whole address."""
    status: int
    """0 where there was no answer."""
    host: str = ""
    """Without port; empty where the log does not say."""
    referrer: str = ""
    agent: str | None = None
    """``None`` where the format has none; then nobody can tell a robot."""


class LogReader:
    """Reads lines one after another; remembers what a W3C log says of its columns."""

    def __init__(self) -> None:
        self._fields: tuple[str, ...] = ()
        self._date = ""

    def read(self, line: bytes) -> Request:
        """The request.

        Raises:
            Passed: the line is about the log itself.
            BadLine: it is of no known format.
        """
        text = line.decode("utf-8", "replace")
        if text.startswith("#"):
            self._learn(text)
            raise Passed("directive")
        if text.startswith("{"):
            return _read_json(line)
        return self._read_columns(text) if self._fields else _read_text(text)

    def _learn(self, directive: str) -> None:
        name, _, value = directive[1:].partition(":")
        if name.lower() == "fields":
            self._fields = tuple(value.split())
        elif name.lower() == "date":
            self._date = value.split()[0] if value.split() else ""

    def _read_columns(self, text: str) -> Request:
        """By the last #Fields line; a line that does not fit it may be of another log, put behind this one."""
        values = _columns(text)
        if len(values) == len(self._fields):
            return _from_w3c(dict(zip(self._fields, values, strict=True)), self._date)
        try:
            return _read_text(text)
        except BadLine:
            raise BadLine("not as many columns as the log's #Fields", f"{len(values)} for {len(self._fields)}") from None


def _columns(text: str) -> list[str]:
    if "\t" in text:
        return text.split("\t")
    if '"' not in text:
        return text.split(" ")
    try:
        return next(csv.reader([text], delimiter=" "))
    except csv.Error:
        return []


def _read_text(text: str) -> Request:
    found = COMMON.fullmatch(text)
    if found:
        return _from_common(found)
    found = BALANCER.fullmatch(text)
    if found:
        return _from_balancer(found)
    raise BadLine("of no known log format", f"known are {FORMATS}")


def _from_common(found: re.Match[str]) -> Request:
    method, target = _request_of(_plain(found["request"]))
    return Request(
        time_ms=_common_ms(found["time"]),
        address=found["address"],
        method=method,
        target=target,
        status=_status_of(found["status"]),
        host=found["host"] or "",
        referrer=_plain(found["referrer"] or ""),
        agent=None if found["agent"] is None else _plain(found["agent"]),
    )


def _from_balancer(found: re.Match[str]) -> Request:
    method, target = _request_of(found["request"])
    return Request(
        time_ms=_iso_ms(found["time"]),
        address=found["address"].strip("[]"),
        method=method,
        target=target,
        status=_status_of(found["status"]),
        agent=None if found["agent"] is None else _plain(found["agent"]),
    )


def _from_w3c(value: Mapping[str, Any], date: str = "") -> Request:
    """Of CloudFront's two hosts the visitor's. IIS writes + for a blank, CloudFront %20 and, for a per cent sign of its own, %25."""
    get = value.get
    try:
        time, path = value["time"], value["cs-uri-stem"]
        address, method, status = value["c-ip"], value["cs-method"], value["sc-status"]
    except KeyError as missing:
        raise BadLine(f"the log's #Fields have no {missing.args[0]}") from None
    query = get("cs-uri-query", "")
    agent, host = get("cs(User-Agent)"), get("x-host-header", get("cs-host", get("cs(Host)", "")))
    return Request(
        time_ms=_iso_ms(f"{get('date') or date}T{time}Z"),
        address=address,
        method=method,
        target=path if query in NONE else f"{path}?{query}",
        status=_status_of(str(status)),
        host=_host_of(host),
        referrer=_plain(get("cs(Referer)", "")),
        agent=None if agent is None else _words(_plain(agent)),
    )


def _read_json(line: bytes) -> Request:
    try:
        value = decode_json(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadLine("not a JSON object") from None
    if "cs-method" in value:
        return _from_w3c({name: str(part) for name, part in value.items()})
    inner = value.get("request")
    if isinstance(inner, dict):
        value = {**value, **inner, **_headers(inner.get("headers"))}
    return _from_json({name.lower(): part for name, part in value.items()})


JSON_NAMES: dict[str, tuple[str, ...]] = {
    "time": ("time_iso8601", "timestamp_iso8601", "startutc", "time_local", "msec", "ts", "timestamp", "@timestamp", "time"),
    "address": ("client_ip", "clienthost", "remote_addr", "remote_ip", "clientaddr", "remote_address", "clientip", "ip"),
    "method": ("method", "request_method", "requestmethod", "request_type"),
    "target": ("request_uri", "requestpath", "uri", "request_url", "url", "path"),
    "status": ("status", "downstreamstatus", "status_code", "response_status"),
    "host": ("http_host", "host", "requesthost", "server_name", "vhost", "x-host-header"),
    "referrer": ("http_referer", "http_referrer", "request_referer", "referer", "referrer"),
    "agent": ("http_user_agent", "request_user-agent", "user-agent", "user_agent", "agent", "useragent"),
}
"""Names in lower case, first one that is there and not empty: nginx lets everybody choose them."""


def _from_json(value: Mapping[str, Any]) -> Request:
    found = {part: _first(value, names) for part, names in JSON_NAMES.items()}
    line = value.get("request")
    if isinstance(line, str):
        method, target = _request_of(line)
        found["method"], found["target"] = found["method"] or method, found["target"] or target
    missing = [part for part in ("time", "address", "method", "target", "status") if found[part] is None]
    if missing:
        raise BadLine(f"the JSON has no {missing[0]}", f"known names are {', '.join(JSON_NAMES[missing[0]])}")
    target, query = str(found["target"]), value.get("args") or value.get("query_string") or ""
    return Request(
        time_ms=_any_ms(found["time"]),
        address=_bare_address(str(found["address"])),
        method=str(found["method"]),
        target=f"{target}?{query}" if query and query != "-" and "?" not in target else target,
        status=_status_of(str(found["status"])),
        host=_host_of(str(found["host"] or "")),
        referrer=_plain(str(found["referrer"] or "")),
        agent=_plain(str(found["agent"] or "")) if any(name in value for name in JSON_NAMES["agent"]) else None,
    )


def _headers(headers: object) -> dict[str, Any]:
    """Of Caddy's headers, each a list, the two that are wanted: any other could pass for a field of the log."""
    if not isinstance(headers, dict):
        return {}
    return {name: (headers.get(name) or [""])[0] for name in ("User-Agent", "Referer")}


def _first(value: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((value[name] for name in names if value.get(name) not in (None, *NONE)), None)


def _request_of(line: str) -> tuple[str, str]:
    """Method and target of a request line; both empty where a client sent something else."""
    parts = line.split(" ")
    if len(parts) < 2 or not parts[0].isalpha():
        return "", ""
    last = len(parts) - (1 if parts[-1].startswith("HTTP/") else 0)
    return parts[0], " ".join(parts[1:last])


def _status_of(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _plain(text: str) -> str:
    """Without the log's escapes; empty for a hyphen."""
    if text == "-":
        return ""
    return ESCAPE.sub(_unescaped, text) if "\\" in text else text


def _unescaped(found: re.Match[str]) -> str:
    return bytes.fromhex(found[1].replace("\\x", "")).decode("utf-8", "replace") if found[1] else found[2]


def _words(agent: str) -> str:
    """An agent string whose blanks were written as + or %20."""
    if "%" in agent:
        return unquote(unquote(agent))
    return agent if " " in agent else agent.replace("+", " ")


def _host_of(host: str) -> str:
    return "" if host in ("-", "_") else re.sub(r":\d+$", "", host)


def _bare_address(address: str) -> str:
    """Without a port: 192.0.2.1:443, [2001:db8::1]:443."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


@lru_cache(maxsize=1024)
def _common_ms(text: str) -> int:
    """``10/Oct/2000:13:55:36 -0700``. By hand, because strptime's month names depend on the machine's language."""
    try:
        day, month, rest = text.split("/")
        clock, _, offset = rest.partition(" ")
        year, hour, minute, second = map(int, clock.split(":"))
        ahead = timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:5]))
        instant = datetime(year, MONTHS[month], int(day), hour, minute, min(second, 59), tzinfo=UTC) - ahead
    except (ValueError, KeyError, IndexError, OverflowError):
        raise BadLine("its time is not like 10/Oct/2000:13:55:36 -0700") from None
    return (instant - EPOCH) // MILLISECOND


def _iso_ms(text: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine("its time is not an ISO instant", repr(text[:40])) from None
    return ((instant if instant.tzinfo else instant.replace(tzinfo=UTC)) - EPOCH) // MILLISECOND


SECONDS_BELOW = 100_000_000_000


def _any_ms(value: Any) -> int:
    """Seconds or milliseconds as a number or its text, the Common log's time, or ISO."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        text = str(value)
        return _common_ms(text) if "/" in text else _iso_ms(text)
    if not math.isfinite(number):
        raise BadLine("its time is not a number that can be")
    return round(number * 1000 if number < SECONDS_BELOW else number)
