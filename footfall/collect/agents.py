"""Agent strings: what browser, system and device they name with their client hints, and whether they are a robot's.

Answers are kept in memory for strings seen lately; the strings are never written.
"""

import re

import msgspec
from crawleruseragents import is_crawler
from ua_parser import parse

from footfall.collect.hints import NO_HINTS, Hints
from footfall.collect.recently import recently

__all__ = ["MAX_AGENT", "Agent", "read_agent"]

MAX_AGENT = 1000
"""Characters of an agent string that are looked at."""
SHORTEST = 10
BOT_WORDS = re.compile(
    # Robots, and programs nobody looks at. TRICKY: Cubot makes telephones.
    r"headless|phantomjs|electron-prerender|(?<!cu)bot\b|crawl|spider|slurp|uptime|pingdom|lighthouse|scrapy|validator|"
    r"cypress/|playwright|puppeteer|selenium|webdriver|"
    r"^(curl|wget|python-|python/|java/|go-http-client|okhttp|axios|node-fetch|undici|ruby|php/|guzzle|libwww|postmanruntime|insomnia)|"
    r"python-requests|python-httpx|aiohttp|apache-httpclient",
    re.IGNORECASE,
)
BOT_BRANDS = frozenset(("HeadlessChrome",))
TABLET = re.compile(r"ipad|tablet|playbook|silk|kindle|android(?!.*(mobi|opera mini))", re.IGNORECASE)
MOBILE = re.compile(r"mobi|iphone|ipod|android|blackberry|windows phone|opera mini|kaios", re.IGNORECASE)
TELEVISION = re.compile(
    r"smart-?tv|apple ?tv|google ?tv|android ?tv|hbbtv|crkey|roku|tizen.*tv|web0s|bravia|aft[a-z]+ build|playstation|xbox|nintendo",
    re.IGNORECASE,
)
BROWSERS = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Mobile App",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Mobile App",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Edge": "Microsoft Edge",
    "Edge Mobile": "Microsoft Edge",
    "IE": "Internet Explorer",
    "IE Mobile": "Internet Explorer",
    "Opera Mobile": "Opera",
    "Opera Mini": "Opera",
    "Opera Touch": "Opera",
    "Samsung Internet": "Samsung Browser",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Brave Mobile": "Brave",
    "MiuiBrowser": "Miui Browser",
    "Facebook": "Mobile App",
    "Instagram": "Mobile App",
    "Pinterest": "Mobile App",
    "Snapchat": "Mobile App",
    "Twitter": "Mobile App",
    "Other": "",
}
"""Families of ua-parser whose name here is another. In-app views are one family: the app is the visitor's own affair."""
BRANDS = {
    "Google Chrome": "Chrome",
    "Microsoft Edge": "Microsoft Edge",
    "Opera": "Opera",
    "Opera GX": "Opera",
    "Brave": "Brave",
    "Vivaldi": "Vivaldi",
    "YaBrowser": "Yandex Browser",
    "Yandex": "Yandex Browser",
    "Samsung Internet": "Samsung Browser",
    "DuckDuckGo": "DuckDuckGo",
    "Android WebView": "Mobile App",
}
"""Brands in client hints that name a browser; all others are engines or made up."""
SYSTEMS = {
    "Mac OS X": "Mac",
    "macOS": "Mac",
    "Linux": "GNU/Linux",
    "Ubuntu": "GNU/Linux",
    "Fedora": "GNU/Linux",
    "Debian": "GNU/Linux",
    "Red Hat": "GNU/Linux",
    "Chromium OS": "Chrome OS",
    "Chrome OS": "Chrome OS",
    "Other": "",
    "Unknown": "",
}
DEVICES = {"Desktop": "Desktop", "Tablet": "Tablet", "Mobile": "Mobile", "Watch": "Mobile"}
WINDOWS_11_FROM = 13


class Agent(msgspec.Struct, frozen=True):
    """What an agent string says; empty where it says nothing."""

    browser: str = ""
    browser_version: str = ""
    """Major and minor."""
    os: str = ""
    os_version: str = ""
    """Major and minor."""
    device: str = ""
    """Desktop, Mobile, Tablet or TV."""
    is_bot: bool = False


BOT = Agent(is_bot=True)


@recently(10_000)
def read_agent(agent: str, hints: Hints = NO_HINTS) -> Agent:
    """Browser, system and device, or that it is a robot's. An empty or very short string is a robot's."""
    agent = agent[:MAX_AGENT]
    if len(agent) < SHORTEST or BOT_WORDS.search(agent) or is_crawler(agent) or BOT_BRANDS.intersection(brand for brand, _ in hints.brands):
        return BOT
    found = _read_string(agent)
    return found if hints == NO_HINTS else _with_hints(found, hints)


def _read_string(agent: str) -> Agent:
    found = parse(agent)
    browser, system = found.user_agent, found.os
    return Agent(
        browser=BROWSERS.get(browser.family, browser.family) if browser else "",
        browser_version=_version(browser.major, browser.minor) if browser else "",
        os=SYSTEMS.get(system.family, system.family) if system else "",
        os_version=_version(system.major, system.minor) if system else "",
        device=_device(agent),
    )


def _with_hints(agent: Agent, hints: Hints) -> Agent:
    """What hints know better: browsers that call themselves Chrome, the system's true version, a tablet that calls itself a desktop."""
    browser, browser_version = agent.browser, agent.browser_version
    for brand, version in hints.brands:
        if brand in BRANDS:
            browser, browser_version = BRANDS[brand], _cut(version if "." in version else f"{version}.0")
    os, os_version = _system(agent, hints)
    device = next((DEVICES[factor] for factor in hints.form_factors if factor in DEVICES), agent.device)
    if hints.is_mobile and device == "Desktop":
        device = "Mobile"
    return Agent(browser, browser_version, os, os_version, device)


def _system(agent: Agent, hints: Hints) -> tuple[str, str]:
    os = SYSTEMS.get(hints.platform, hints.platform) or agent.os
    version = hints.platform_version
    if not version or os == "GNU/Linux":
        return os, agent.os_version if os == agent.os else ""
    if os == "Windows":
        major = version.split(".")[0]
        return os, ("11" if int(major) >= WINDOWS_11_FROM else "10" if int(major) > 0 else agent.os_version) if major.isdecimal() else ""
    return os, _cut(version)


def _cut(version: str) -> str:
    """Major and minor: ``142.0.7444.60`` is ``142.0``, ``15`` stays."""
    return _version(*[*version.split("."), "", ""][:2])


def _version(major: str | None, minor: str | None) -> str:
    return f"{major}.{minor}" if major and minor else major or ""


def _device(agent: str) -> str:
    if TELEVISION.search(agent):
        return "TV"
    if TABLET.search(agent):
        return "Tablet"
    return "Mobile" if MOBILE.search(agent) else "Desktop"
