"""All settings: one Struct, read once, checked at start. Environment stands over ``footfall.toml``, that over defaults."""

import ipaddress
import os
import re
import tomllib
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from footfall.errors import BadSetting

__all__ = ["Settings", "read_settings"]

SECRET = ("store", "control", "key", "secret", "oidc_client_secret", "smtp_password")
SHORTEST_SECRET = 32
COUNTRY = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,5})?")
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
NOT_SETTINGS = ("FOOTFALL_DATA", "FOOTFALL_LIBCHDB", "FOOTFALL_SNAP")
"""Of the project's own tests."""
NETWORKS = "networks such as 10.0.0.0/8, 2001:db8::/32, 127.0.0.1/32"
Positive = Annotated[int, Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Field ``x`` is ``FOOTFALL_X`` in the environment and ``x`` in ``footfall.toml`` (lists: commas in the environment)."""

    home: str = "~/.footfall"
    """Folder of all state: journal, embedded store, control database, ``footfall.toml``."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Annotated[int, Meta(ge=0, le=65535)] = 8700
    """Port of the app and the collector; 0 takes a free one."""
    public_url: str = ""
    """Address that browsers reach, for the line to paste and for links in mails; empty uses the request's own."""
    store: str = "chdb"
    """``chdb`` (embedded, under home), or ``clickhouse://user:password@host:port/database`` with ``?cluster=NAME``."""
    control: str = ""
    """SQLAlchemy URL of the control database; empty uses SQLite under home."""
    policy: Literal["staff", "exact"] = "staff"
    """Release policy of answers: ``staff`` folds cells under 10 visitors; ``exact`` folds none, for tests and a single developer."""
    profile: Literal["standard", "cnil"] = "standard"
    """``cnil`` holds every condition of the French exemption for audience measurement: docs/steward.md lists them."""
    reach: str = "off"
    """Time zone whose days visitors across declared groups of portals are counted by, such as ``Europe/Berlin``; outside the exemption."""
    profiles: bool = False
    """Keep topics for devices that ask this server to, encrypted in ``profiles.db`` under home, for 90 days at most: docs/device.md."""
    controller: str = ""
    """Who answers for the processing, with an address, as papers for authorities say it (``footfall record``)."""
    open_data: bool = False
    """Publish the marts that were drawn for everybody, without a key, at ``/api/v2/open/…``."""
    open_data_license: str = ""
    """Note on the license that open data carry, such as ``CC BY 4.0, City of Example``."""
    now: str = ""
    """Clock for tests and replays: an ISO instant (frozen), or ``INSTANT+`` (starts there and runs); empty is the real one."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks (CIDR, checked at start: ``10.0.0.0/8``) whose X-Forwarded-For and kin are believed; everyone else's are ignored."""
    source_networks: tuple[str, ...] = ()
    """Networks (CIDR, checked at start) that datasets (http(s), s3, PostgreSQL, MySQL) and portals' pages are read from, besides public."""
    source_folders: tuple[str, ...] = ()
    """Folders whose files a server loads where a dataset's contract names them as its source; commands on the machine read any."""
    source_room_bytes: Annotated[int, Meta(ge=1_000_000)] = 1_000_000_000
    """Largest file of a dataset that is sent to a server; it is in memory (tmpfs) while it is read."""
    geo_database: str = ""
    """MaxMind-format file with country, region, city; empty uses the built-in country table."""
    topics_file: str = ""
    """YAML file of the city's own topics, in the form that docs/topics.md shows; empty uses the built-in ones."""
    country: str = ""
    """Whose public holidays forecasts reckon with, such as ``RU``, or with a part of the country ``DE-BE``; empty knows none."""
    calendar_file: str = ""
    """iCalendar file of what the city plans (City Day, first day of enrolment): forecasts learn what such days bring."""
    volatile: str = ""
    """tmpfs folder for today's salts, sealed portals' events and what the embedded store's memory cannot hold; empty uses /dev/shm."""
    commit_window_ms: Annotated[int, Meta(ge=0, le=1000)] = 2
    """Extra wait before a journal sync, so that more events share it; with 0, or 50 events that wait already, there is none."""
    segment_rows: Positive = 100_000
    """Rows after which a journal segment closes."""
    segment_age_ms: Annotated[int, Meta(ge=50, le=60_000)] = 1000
    """Age after which a journal segment closes."""
    journal_max_bytes: Annotated[int, Meta(ge=1_000_000)] = 8_000_000_000
    """Journal size at which the collector answers 503 until the store catches up."""
    max_body_bytes: Annotated[int, Meta(ge=1_000, le=100_000_000)] = 1_000_000
    """Largest body of one tracker request."""
    rate_limit_per_minute: Annotated[int, Meta(ge=0)] = 600
    """Events a minute from one address; above it they are refused. 0 is no limit."""
    query_seconds: Annotated[int, Meta(ge=1, le=3600)] = 30
    """Longest run of one question."""
    query_memory_bytes: Annotated[int, Meta(ge=50_000_000)] = 4_000_000_000
    """Most memory of one question."""
    api_requests_per_hour: Annotated[int, Meta(ge=0)] = 0
    """Questions an hour for one key, then 429; 0 is no limit."""
    secret: str = ""
    """Signs the cookies of pages: 32 random characters or more, the same for all apps of a control database; empty makes one under home."""
    oidc_issuer: str = ""
    """Address of an OpenID Connect provider for single sign-on, such as https://login.example.city; empty is none."""
    oidc_client_id: str = ""
    """What the provider knows Footfall by."""
    oidc_client_secret: str = ""
    """The secret that the provider gave with it."""
    smtp_host: str = ""
    """Mail server for reports by e-mail; empty sends none. With it ``smtp_from`` and ``public_url`` are needed."""
    smtp_port: Annotated[int, Meta(ge=1, le=65535)] = 587
    """Port of the mail server; usually 587 with starttls, 465 with tls, 25 with none."""
    smtp_tls: Literal["none", "starttls", "tls"] = "starttls"
    """How the mail server is spoken to in secret; its certificate must be valid (``SSL_CERT_FILE`` names another authority)."""
    smtp_user: str = ""
    """Name to log in with; empty logs in nowhere."""
    smtp_password: str = ""
    """Password of that name."""
    smtp_from: str = ""
    """Sender of reports, such as ``Footfall <stats@example.city>``."""
    smtp_timeout_s: Annotated[int, Meta(ge=1, le=30)] = 10
    """Seconds after which a mail server that says nothing is given up."""
    steward_contact: str = ""
    """Whom residents may ask: an e-mail address, or that of a page; shown on the privacy page of every portal."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severity written to the log."""
    url: str = ""
    """Server that ``footfall ask`` and ``footfall import`` talk to, from any machine; empty uses this home."""
    key: str = ""
    """Key for ``url``; a key for questions needs stats:read, for imports import:write."""

    @property
    def home_path(self) -> Path:
        """``home`` with ``~`` resolved, absolute."""
        return Path(self.home).expanduser().absolute()

    def __repr__(self) -> str:
        """Passwords inside URLs, secrets and the key are masked."""
        shown = (f"{name}={_masked(name, getattr(self, name))!r}" for name in self.__struct_fields__)
        return f"Settings({', '.join(shown)})"


def read_settings(environ: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """Settings from ``given`` (command-line flags; ``None`` is not given), environment, TOML file and defaults, in that order.

    Raises:
        BadSetting: a key is unknown or a value is out of range; names the key, the value's fault and what is valid.
    """
    given = {name: value for name, value in given.items() if value is not None}
    from_environ = {
        key[len("FOOTFALL_") :].lower(): value
        for key, value in environ.items()
        if key.startswith("FOOTFALL_") and value != "" and key not in NOT_SETTINGS
    }
    home = str(given.get("home") or from_environ.get("home") or Settings().home)
    merged = _read_toml(Path(home).expanduser() / "footfall.toml")
    _refuse_unknown(merged, "footfall.toml")
    if "home" in merged:
        raise BadSetting("footfall.toml stands in the home folder and cannot move it. Valid: --home or FOOTFALL_HOME.")
    _refuse_unknown(from_environ, "the environment (FOOTFALL_…)")
    merged |= {name: _split(name, value) for name, value in from_environ.items()} | given | {"home": home}
    try:
        settings = msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise BadSetting(f"Setting {_sentence(error, merged)}") from None
    for check in CHECKS:
        check(settings)
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"{path.name} is not valid TOML: {error}.") from None


def _refuse_unknown(values: Mapping[str, Any], where: str) -> None:
    unknown = sorted(set(values) - set(Settings.__struct_fields__))
    if unknown:
        valid = ", ".join(Settings.__struct_fields__)
        raise BadSetting(f"Unknown setting {unknown[0]!r} in {where}. Valid settings: {valid}.")


def _split(name: str, value: str) -> Any:
    is_list = isinstance(getattr(Settings(), name), tuple)
    return tuple(part.strip() for part in value.split(",") if part.strip()) if is_list else value


def _sentence(error: msgspec.ValidationError, merged: Mapping[str, Any]) -> str:
    text, _, path = str(error).partition(" - at `$.")
    name = path.rstrip("`").split("[")[0]
    if name == "":
        return text
    shown = "a value" if name in SECRET else repr(merged.get(name))
    return f"{name!r} has {shown}, which is not valid. {_valid(name)}"


def _valid(name: str) -> str:
    kind = Settings.__annotations__[name]
    if kind is bool:
        return "Valid: true, false."
    if getattr(kind, "__origin__", None) is Literal:
        return f"Valid: {', '.join(kind.__args__)}."
    for meta in getattr(kind, "__metadata__", ()):
        return f"Valid: a whole number, {meta.ge} to {meta.le}." if meta.le is not None else f"Valid: a whole number, {meta.ge} or more."
    if name == "source_folders":
        return 'Valid: a list of folders, ["/srv/city"].'
    return 'Valid: a list of networks, ["10.0.0.0/8"].' if name in ("trusted_proxies", "source_networks") else "Valid: a text."


def _check_home(settings: Settings) -> None:
    if settings.home_path.exists() and not settings.home_path.is_dir():
        raise BadSetting(f"Setting 'home' has {settings.home!r}, which is no folder. Valid: a folder, or one that can be made.")


def _check_urls(settings: Settings) -> None:
    for name in ("public_url", "url", "oidc_issuer"):
        value = getattr(settings, name)
        parts = urlsplit(value)
        if value and not (parts.scheme in ("http", "https") and parts.hostname and not parts.query and _has_port(value)):
            raise BadSetting(f"Setting {name!r} has {_masked(name, value)!r}, which is not valid. Valid: https://stats.example.city.")


def _has_port(url: str) -> bool:
    """Whether its port is one, or left to the scheme."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _check_secrets(settings: Settings) -> None:
    if settings.secret and len(settings.secret) < SHORTEST_SECRET:
        raise BadSetting(f"Setting 'secret' is too short. Valid: {SHORTEST_SECRET} random characters or more.")
    if settings.key and not re.fullmatch(r"[!-~]+", settings.key):
        raise BadSetting("Setting 'key' is not valid. Valid: what `footfall keys add` printed.")
    given = [bool(value) for value in (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)]
    if any(given) and not all(given):
        raise BadSetting("Settings 'oidc_issuer', 'oidc_client_id' and 'oidc_client_secret' go together. Valid: all three, or none.")
    issuer = urlsplit(settings.oidc_issuer)
    if issuer.scheme == "http" and issuer.hostname not in THIS_MACHINE:
        raise BadSetting("Setting 'oidc_issuer' is not valid without TLS. Valid: https://login.example.city; http on this machine alone.")


def _check_mail(settings: Settings) -> None:
    sender = parseaddr(settings.smtp_from)[1]
    if settings.smtp_from and not ("@" in sender and settings.smtp_from.isprintable()):
        raise BadSetting(f"Setting 'smtp_from' has {settings.smtp_from!r}, which is not valid. Valid: Footfall <stats@example.city>.")
    if settings.smtp_host and not (settings.smtp_from and settings.public_url):
        raise BadSetting("Setting 'smtp_host' needs 'smtp_from' and 'public_url' too: mails have a sender, and their links lead there.")
    if bool(settings.smtp_user) != bool(settings.smtp_password):
        raise BadSetting("Settings 'smtp_user' and 'smtp_password' go together. Valid: both, or none.")
    if settings.smtp_user and settings.smtp_tls == "none" and settings.smtp_host not in THIS_MACHINE:
        raise BadSetting(
            "Setting 'smtp_tls' has 'none', which would send the password in clear. Valid: starttls, tls; none on this machine alone."
        )


def _check_contact(settings: Settings) -> None:
    contact = settings.steward_contact
    is_mail = "@" in contact and " " not in contact and contact.isprintable() and "/" not in contact
    parts = urlsplit(contact) if not is_mail else None
    if contact and parts and not (parts.scheme in ("http", "https") and parts.hostname):
        raise BadSetting(
            f"Setting 'steward_contact' has {contact!r}, which is not valid. Valid: data@example.city, https://example.city/privacy."
        )


def _check_profile(settings: Settings) -> None:
    if settings.profile == "cnil" and settings.policy == "exact":
        raise BadSetting("Setting 'policy' has 'exact', which profile 'cnil' does not allow. Valid: staff.")


def _check_reach(settings: Settings) -> None:
    if settings.reach == "off":
        return
    if settings.reach not in available_timezones():
        raise BadSetting(
            f"Setting 'reach' has {settings.reach!r}, which is no time zone. Valid: off, or whose days are counted, such as Europe/Berlin."
        )
    if settings.profile == "cnil":
        raise BadSetting(
            f"Setting 'reach' has {settings.reach!r}, which profile 'cnil' does not allow: counting visitors across portals is outside "
            "the exemption. Valid: off."
        )


def _check_topics_file(settings: Settings) -> None:
    if settings.topics_file and not Path(settings.topics_file).expanduser().is_file():
        raise BadSetting(
            f"Setting 'topics_file' has {settings.topics_file!r}, which is no file. Valid: a file that `footfall topics check` reads."
        )


def _check_calendar(settings: Settings) -> None:
    if settings.country and not COUNTRY.fullmatch(settings.country):
        raise BadSetting(f"Setting 'country' has {settings.country!r}, which is not valid. Valid: a code such as RU, or DE-BE.")
    if settings.calendar_file and not Path(settings.calendar_file).expanduser().is_file():
        raise BadSetting(f"Setting 'calendar_file' has {settings.calendar_file!r}, which is no file. Valid: an iCalendar file (.ics).")


def _check_volatile(settings: Settings) -> None:
    if settings.volatile and not os.access(settings.volatile, os.W_OK | os.X_OK):
        raise BadSetting(
            f"Setting 'volatile' has {settings.volatile!r}, which is no folder that can be written. Valid: a tmpfs folder, /dev/shm."
        )


def _check_networks(settings: Settings) -> None:
    for name in ("trusted_proxies", "source_networks"):
        for network in getattr(settings, name):
            if _network(network, strict=True) is None:
                meant = _network(network, strict=False) or NETWORKS
                raise BadSetting(f"Setting {name!r} has {network!r}, which is no network. Valid: {meant}.")


def _network(text: str, *, strict: bool) -> str | None:
    try:
        return str(ipaddress.ip_network(text, strict=strict))
    except ValueError:
        return None


def _check_store(settings: Settings) -> None:
    store = settings.store
    parts = urlsplit(store)
    if store != "chdb" and not (parts.scheme in ("clickhouse", "clickhouses") and parts.hostname):
        raise BadSetting(
            "Setting 'store' is not valid. Valid: chdb, clickhouse://host:port/database, "
            "clickhouse://host:port/database?cluster=NAME (clickhouses:// for TLS)."
        )


def _masked(name: str, value: Any) -> Any:
    if name in ("key", "secret", "oidc_client_secret", "smtp_password"):
        return "***" if value else ""
    if isinstance(value, str) and "://" in value:
        parts = urlsplit(value)
        if parts.password:
            return value.replace(f":{parts.password}@", ":***@", 1)
    return value


CHECKS = (
    _check_home,
    _check_store,
    _check_urls,
    _check_topics_file,
    _check_calendar,
    _check_volatile,
    _check_secrets,
    _check_mail,
    _check_contact,
    _check_profile,
    _check_reach,
    _check_networks,
)
