"""Browsers of the demo city's visitors."""

import msgspec

__all__ = ["CLIENTS", "Client"]


class Client(msgspec.Struct, frozen=True):
    """A browser as statistics know it, and the agent string it sends."""

    weight: float
    device: str
    browser: str
    browser_version: str
    os: str
    os_version: str
    agent: str


CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 {}Safari/537.36"

CLIENTS: tuple[Client, ...] = (
    Client(30, "Mobile", "Chrome", "142.0", "Android", "15", CHROME.format("Linux; Android 15; K", 142, "Mobile ")),
    Client(28, "Desktop", "Chrome", "142.0", "Windows", "10", CHROME.format("Windows NT 10.0; Win64; x64", 142, "")),
    Client(
        18,
        "Mobile",
        "Safari",
        "26.1",
        "iOS",
        "18.7",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/26.1 Mobile/15E148 Safari/604.1",
    ),
    Client(
        10,
        "Desktop",
        "Firefox",
        "144.0",
        "Windows",
        "10",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
    ),
    Client(
        7,
        "Desktop",
        "Safari",
        "26.1",
        "Mac",
        "10.15",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
    ),
    Client(4, "Desktop", "Firefox", "140.0", "GNU/Linux", "", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    Client(
        3,
        "Tablet",
        "Safari",
        "18.6",
        "iOS",
        "18.6",
        "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
    ),
)
