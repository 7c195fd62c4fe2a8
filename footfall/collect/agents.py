"""Agent strings: what browser, system and device they name, and whether they are a robot's.

Answers are kept in memory, the strings are never written.
"""

import re
from functools import lru_cache

import msgspec
from crawleruseragents import is_crawler
from ua_parser import parse

__all__ = ["Agent", "read_agent", "with_hints"]

BOT_WORDS = re.compile(
    r"headless|phantomjs|bot\b|crawl|spider|slurp|monitor|uptime|curl/|wget/|python-|httpx|aiohttp|go-http|java/|okhttp|libwww|"
    r"scrapy|lighthouse|pingdom|preview|validator",
    re.IGNORECASE,
)
TABLET = re.compile(r"ipad|tablet|playbook|silk|kindle|(android(?!.*mobile))", re.IGNORECASE)
MOBILE = re.compile(r"mobi|iphone|ipod|android|blackberry|windows phone|opera mini", re.IGNORECASE)
TELEVISION = re.compile(r"smart-?tv|appletv|googletv|hbbtv|crkey|roku|tizen.*tv|web0s|bravia", re.IGNORECASE)
BROWSERS = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Mobile App",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge Mobile": "Microsoft Edge",
    "Edge": "Microsoft Edge",
    "IE": "Internet Explorer",
    "Opera Mobile": "Opera",
    "Samsung Internet": "Samsung Browser",
}
SYSTEMS = {
    "Mac OS X": "Mac",
    "Linux": "GNU/Linux",
    "Ubuntu": "GNU/Linux",
    "Fedora": "GNU/Linux",
    "Debian": "GNU/Linux",
    "Chrome OS": "Chrome OS",
}


class Agent(msgspec.Struct, frozen=True):
    """What an agent string says; empty where it says nothing."""

    browser: str = ""
    browser_version: str = ""
    os: str = ""
    os_version: str = ""
    device: str = ""
    """Desktop, Mobile, Tablet or TV."""
    is_bot: bool = False


@lru_cache(maxsize=10_000)
def read_agent(agent: str) -> Agent:
    """The string's browser, system, device and whether it is a robot's. An empty string is a robot's."""
    if len(agent) < 10 or BOT_WORDS.search(agent) or is_crawler(agent):
        return Agent(is_bot=True)
    found = parse(agent)
    browser, system = found.user_agent, found.os
    return Agent(
        browser=BROWSERS.get(browser.family, browser.family) if browser else "",
        browser_version=_version(browser.major, browser.minor) if browser else "",
        os=SYSTEMS.get(system.family, system.family) if system else "",
        os_version=_version(system.major, system.minor) if system else "",
        device=_device(agent),
    )


def with_hints(agent: Agent, hints: dict[str, str]) -> Agent:
    """What client hints know better: the system's true version (the string is frozen there) and the device."""
    platform = {"macOS": "Mac", "Linux": "GNU/Linux"}.get(hints.get("platform", ""), hints.get("platform", ""))
    version = hints.get("platform_version", "")
    if platform == "Windows" and version.split(".")[0].isdigit():
        version = "11" if int(version.split(".")[0]) >= 13 else "10"
    return msgspec.structs.replace(
        agent,
        os=platform or agent.os,
        os_version=".".join(version.split(".")[:2]) if version else agent.os_version,
        device="Mobile" if hints.get("mobile") == "?1" and agent.device == "Desktop" else agent.device,
    )


def _version(major: str | None, minor: str | None) -> str:
    return f"{major}.{minor}" if major and minor else major or ""


def _device(agent: str) -> str:
    if TELEVISION.search(agent):
        return "TV"
    if TABLET.search(agent):
        return "Tablet"
    return "Mobile" if MOBILE.search(agent) else "Desktop"
