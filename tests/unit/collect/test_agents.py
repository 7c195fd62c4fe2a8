"""Agent strings and client hints of real browsers and robots."""

import pytest

from footfall.collect.agents import read_agent
from footfall.collect.hints import NO_HINTS, read_hint_headers, read_uadata

WINDOWS, ANDROID, MAC = "Windows NT 10.0; Win64; x64", "Linux; Android 14; K", "Macintosh; Intel Mac OS X 10_15_7"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


def chrome(system, more="Safari/537.36"):
    return f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 {more}"


@pytest.mark.parametrize(
    ("agent", "read"),
    [
        (chrome(WINDOWS), ("Chrome", "142.0", "Windows", "10", "Desktop")),
        (chrome(WINDOWS, "Safari/537.36 Edg/142.0.0.0"), ("Microsoft Edge", "142.0", "Windows", "10", "Desktop")),
        (chrome(WINDOWS, "Safari/537.36 OPR/124.0.0.0"), ("Opera", "124.0", "Windows", "10", "Desktop")),
        (chrome(WINDOWS, "YaBrowser/25.10.0.0 Safari/537.36"), ("Yandex Browser", "25.10", "Windows", "10", "Desktop")),
        (chrome(ANDROID, "Mobile Safari/537.36"), ("Chrome", "142.0", "Android", "14", "Mobile")),
        (chrome(ANDROID), ("Chrome", "142.0", "Android", "14", "Tablet")),
        (chrome("Linux; Android 9; CUBOT X19", "Mobile Safari/537.36"), ("Chrome", "142.0", "Android", "9", "Mobile")),
        (chrome("Web0S; Linux/SmartTV"), ("Chrome", "142.0", "Web0S", "", "TV")),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", ("Safari", "17.5", "iOS", "17.5", "Mobile")),
        (f"{IPHONE} CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1", ("Chrome", "126.0", "iOS", "17.5", "Mobile")),
        (f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15", ("Firefox", "127.0", "iOS", "17.5", "Mobile")),
        (f"{IPHONE} Mobile/15E148", ("Mobile App", "", "iOS", "17.5", "Mobile")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "140.0", "GNU/Linux", "", "Desktop")),
        ("Mozilla/5.0 Umami/v20.10.0", ("", "", "", "", "Desktop")),
    ],
)
def test_browser_system_and_device_are_read(agent, read):
    found = read_agent(agent)
    assert not found.is_bot
    assert (found.browser, found.browser_version, found.os, found.os_version, found.device) == read


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        chrome("X11; Linux x86_64").replace("Chrome/", "HeadlessChrome/"),
        "curl/8.5.0-DEV",
        "python-requests/2.32.3",
        "Go-http-client/2.0",
        "Wget/1.21.3 (linux-gnu)",
        chrome(WINDOWS, "Safari/537.36 Chrome-Lighthouse"),
    ],
)
def test_robot_is_told(agent):
    assert read_agent(agent).is_bot


@pytest.mark.parametrize(
    ("agent", "headers", "read"),
    [
        (chrome(WINDOWS), {"platform": '"Windows"', "platform-version": '"15.0.0"'}, ("Chrome", "142.0", "Windows", "11")),
        (chrome(WINDOWS), {"platform": '"Windows"', "platform-version": '"10.0.0"'}, ("Chrome", "142.0", "Windows", "10")),
        (chrome(WINDOWS), {"platform": '"Windows"', "platform-version": '"0.3.0"'}, ("Chrome", "142.0", "Windows", "10")),
        (chrome(WINDOWS), {"platform": '"Windows"', "platform-version": '"x"'}, ("Chrome", "142.0", "Windows", "")),
        (chrome(MAC), {"platform": '"macOS"', "platform-version": '"15.6.1"'}, ("Chrome", "142.0", "Mac", "15.6")),
        (
            chrome(MAC),
            {"": '"Not A;Brand";v="8", "Chromium";v="142", "Brave";v="142"', "platform": '"macOS"'},
            ("Brave", "142.0", "Mac", "10.15"),
        ),
        (chrome(MAC), {"full-version-list": '"Vivaldi";v="7.6.3797.63"', "platform": '"macOS"'}, ("Vivaldi", "7.6", "Mac", "10.15")),
    ],
)
def test_hints_know_better_than_the_frozen_string(agent, headers, read):
    hints = read_hint_headers({f"sec-ch-ua-{name}".rstrip("-").encode(): value.encode() for name, value in headers.items()})
    found = read_agent(agent, hints)
    assert (found.browser, found.browser_version, found.os, found.os_version) == read


def test_hints_tell_a_tablet_and_a_telephone():
    tablet = read_hint_headers({b"sec-ch-ua-platform": b'"Android"', b"sec-ch-ua-form-factors": b'"Tablet"'})
    mobile = read_hint_headers({b"sec-ch-ua-platform": b'"Android"', b"sec-ch-ua-mobile": b"?1"})
    assert read_agent(chrome(WINDOWS), tablet).device == "Tablet"
    assert read_agent(chrome(WINDOWS), mobile).device == "Mobile"


def test_uadata_of_matomo_reads_as_the_headers_do():
    found = read_uadata(
        '{"brands":[{"brand":"Opera","version":"124"}],"mobile":true,"model":"SM-A525F","platform":"Android","formFactors":["Mobile"]}'
    )
    assert (found.brands, found.platform, found.is_mobile, found.form_factors) == ((("Opera", "124"),), "Android", True, ("Mobile",))
    assert "SM-A525F" not in repr(found)
    assert read_uadata("[]") == read_hint_headers({}) == NO_HINTS
