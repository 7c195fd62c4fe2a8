"""The page on proxies shows settings by which a proxy keeps nothing of a visitor, and says where they are shown to."""

import re
from pathlib import Path

import pytest
import yaml

PAGE = (Path(__file__).parents[2] / "docs" / "proxy.md").read_text(encoding="utf-8")
SNIPPETS = dict(re.findall(r"```(\w+)\n(.+?)```", PAGE, re.DOTALL))
NGINX_FIELDS = {"time_iso8601", "request_method", "status", "request_time"}
APACHE_FIELDS = {"t", "m", "s", "D", "l", "M"}
TRAEFIK_FIELDS = {"StartUTC", "RequestMethod", "DownstreamStatus", "Duration"}


def nginx(text):
    """What its logs have of a visitor, and what goes to files beside them."""
    formats = dict(re.findall(r"log_format (\w+) '([^']*)';", text))
    logs = re.findall(r"access_log (\S+?)(?: (\w+))?;", re.sub(r"#.*", "", text))
    named = [name or "combined" for path, name in logs if path != "off"]
    fields = {field for name in named for field in re.findall(r"\$(\w+)", formats.get(name, "$remote_addr"))}
    errors = re.findall(r"error_log \S+ (\w+);", text)
    buffers = {"the body's file"} - ({"the body's file"} if "proxy_request_buffering off;" in text else set())
    return fields - NGINX_FIELDS | buffers | ({"the usual access log"} if not logs else set()) | (set(errors or ["error"]) - {"emerg"})


def caddy(text):
    site = text.rpartition("\n}\n\n")[2]
    kept = set() if re.search(r"fields \{\s*request delete\s*\}", text) else {"request"}
    return kept | ({"an access log"} if re.search(r"^\s*log\b", site, re.MULTILINE) else set())


def traefik(text):
    set_up = yaml.safe_load(text)
    fields = set_up.get("accessLog", {}).get("fields", {})
    modes = {
        fields.get("defaultMode", "keep"),
        fields.get("headers", {}).get("defaultMode", "drop"),
        *fields.get("headers", {}).get("names", {}),
    }
    kept = {name for name, mode in fields.get("names", {}).items() if mode != "drop"}
    return kept - TRAEFIK_FIELDS | modes - {"drop"} | {set_up["log"]["level"]} - {"ERROR"}


def apache(text):
    formats = re.findall(r'^\s*(?:LogFormat|ErrorLogFormat) "(.+?)"', text, re.MULTILINE)
    fields = {name for text in formats for name in re.findall(r"%[<>!,\d-]*(?:\{[^}]*\})?(\w)", text)}
    custom = re.findall(r"CustomLog \S+ (\w+)", text)
    return fields - APACHE_FIELDS | set(custom) - {"footfall"} | ({"the usual error log"} if "ErrorLogFormat" not in text else set())


KEPT = {"nginx": nginx, "caddy": caddy, "yaml": traefik, "apache": apache}


@pytest.mark.parametrize("kind", KEPT)
def test_a_proxy_set_up_so_keeps_nothing_of_a_visitor(kind):
    assert KEPT[kind](SNIPPETS[kind]) == set()
    assert SNIPPETS.keys() == KEPT.keys()


@pytest.mark.parametrize(
    ("kind", "shown", "planted", "kept"),
    [
        ("nginx", "$status", "$status $remote_addr $http_user_agent", {"remote_addr", "http_user_agent"}),
        ("nginx", "$request_method", "$request", {"request"}),
        ("nginx", "footfall.log footfall;", "footfall.log;", {"remote_addr"}),
        ("nginx", " emerg;", " error;", {"error"}),
        ("nginx", "proxy_request_buffering off;", "", {"the body's file"}),
        ("caddy", "request delete", "request>uri delete", {"request"}),
        ("caddy", "\treverse_proxy", "\tlog\n\treverse_proxy", {"an access log"}),
        ("yaml", "defaultMode: drop\n    names", "defaultMode: keep\n    names", {"keep"}),
        ("yaml", "Duration: keep", "ClientHost: keep", {"ClientHost"}),
        ("yaml", "level: ERROR", "level: DEBUG", {"DEBUG"}),
        ("apache", " %m ", " %h %r %{User-Agent}i ", {"h", "r", "i"}),
        ("apache", "footfall.log footfall", "footfall.log combined", {"combined"}),
        ("apache", "[%t]", "[%t] [client %a]", {"a"}),
    ],
)
def test_one_that_keeps_something_would_be_seen(kind, shown, planted, kept):
    assert shown in SNIPPETS[kind]
    assert KEPT[kind](SNIPPETS[kind].replace(shown, planted, 1)) == kept
