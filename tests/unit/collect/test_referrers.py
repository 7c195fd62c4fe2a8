"""Sources and channels: Plausible's, by its own rules."""

import pytest

from footfall.collect.referrers import CHANNELS, channel_of, is_spam, read_origin, read_referrer, tagged_source


@pytest.mark.parametrize(
    ("referrer", "host", "path"),
    [
        ("https://www.Example.org/a/b/", "example.org", "/a/b"),
        ("http://example.org", "example.org", ""),
        ("android-app://org.telegram.messenger/", "org.telegram.messenger", ""),
        ("ftp://example.org/", "", ""),
        ("example.org/a", "", ""),
        ("/a", "", ""),
        ("https://[::1", "", ""),
        ("", "", ""),
    ],
)
def test_referrer_is_host_and_path(referrer, host, path):
    assert read_referrer(referrer) == (host, path)


@pytest.mark.parametrize(
    ("referrer", "source", "channel"),
    [
        ("https://www.google.com/", "Google", "Organic Search"),
        ("https://www.google.co.uk/search", "Google", "Organic Search"),
        ("https://yandex.ru/search/", "Yandex", "Organic Search"),
        ("https://ya.ru", "Yandex", "Organic Search"),
        ("https://duckduckgo.com/", "DuckDuckGo", "Organic Search"),
        ("https://m.vk.com/wall", "Vkontakte", "Organic Social"),
        ("https://t.me/city", "Telegram", "Organic Social"),
        ("android-app://org.telegram.messenger", "Telegram", "Organic Social"),
        ("https://ok.ru/group", "Odnoklassniki", "Organic Social"),
        ("https://l.facebook.com/l.php", "Facebook", "Organic Social"),
        ("https://www.youtube.com/watch", "Youtube", "Organic Video"),
        ("https://rutube.ru/video/1", "Rutube", "Organic Video"),
        ("https://www.amazon.com/x", "Amazon", "Organic Shopping"),
        ("https://chatgpt.com/", "ChatGPT", "AI Assistants"),
        ("https://mail.google.com/mail", "Gmail", "Email"),
        ("https://en.m.wikipedia.org/wiki/City", "Wikipedia", "Referral"),
        ("https://news.example.org/article", "news.example.org", "Referral"),
        ("", "", ""),
    ],
)
def test_source_has_a_name_and_a_channel(referrer, source, channel):
    origin = read_origin(referrer)
    assert origin.source == source
    assert channel_of(origin.source, "", "", "") == channel


@pytest.mark.parametrize(
    ("source", "medium", "campaign", "tag", "channel"),
    [
        ("Google", "cpc", "a-cross-network-b", "", "Cross-network"),
        ("Google", "cpc", "spring shopping", "", "Paid Shopping"),
        ("Amazon", "ppc", "", "", "Paid Shopping"),
        ("shop.example", "paid", "workshop", "", "Paid Other"),
        ("shop.example", "paid", "eshop", "", "Paid Shopping"),
        ("shop.example", "paid", "my shop", "", "Paid Shopping"),
        ("Google", "cpc", "", "", "Paid Search"),
        ("Google", "", "", "adwords", "Paid Search"),
        ("Yandex", "", "", "yandex-direct", "Paid Search"),
        ("Facebook", "paid-social", "", "", "Paid Social"),
        ("Facebook", "", "", "fb-ads", "Paid Social"),
        ("Youtube", "cpv-cp", "", "", "Paid Video"),
        ("Youtube", "", "", "yt-ads", "Paid Video"),
        ("x.example", "banner", "", "", "Display"),
        ("x.example", "cpm", "", "", "Display"),
        ("x.example", "retargeting", "", "", "Paid Other"),
        ("x.example", "", "shopping", "", "Organic Shopping"),
        ("x.example", "social media", "", "", "Organic Social"),
        ("x.example", "my video", "", "", "Organic Video"),
        ("newsletter", "", "", "newsletter", "Email"),
        ("x.example", "e-mail", "", "", "Email"),
        ("x.example", "affiliate", "", "", "Affiliates"),
        ("x.example", "audio", "", "", "Audio"),
        ("sms", "", "", "sms", "SMS"),
        ("x.example", "web push", "", "", "Mobile Push Notifications"),
        ("firebase", "", "", "", "Mobile Push Notifications"),
        ("poster", "print", "", "poster", "Referral"),
        ("", "link", "", "", "Referral"),
        ("", "print", "", "", ""),
    ],
)
def test_campaign_makes_the_channel(source, medium, campaign, tag, channel):
    assert channel_of(source, medium, campaign, tag) == channel
    assert channel_of(source.upper(), medium.upper(), campaign.upper(), tag.upper()) == channel


@pytest.mark.parametrize(("source", "click"), [("Google", "gclid"), ("Bing", "msclkid"), ("Yandex", "yclid")])
def test_click_id_of_a_search_is_paid_search_only_for_its_own(source, click):
    assert channel_of(source, "", "", "", click) == "Paid Search"
    assert channel_of("x.example", "", "", "", click) == "Referral"


def test_every_channel_can_be_reached_and_stands_once():
    names = [name for name, _ in CHANNELS]
    assert len(set(names)) == len(names) == 18


@pytest.mark.parametrize(
    ("tag", "source"),
    [
        ("GOOGLE", "Google"),
        ("fb", "Facebook"),
        ("ig", "Instagram"),
        ("tg", "Telegram"),
        ("www.vk.com", "Vkontakte"),
        (" Poster ", " Poster "),
    ],
)
def test_tag_is_a_source_by_any_of_its_names(tag, source):
    assert tagged_source(tag) == source


def test_spam_is_a_host_and_those_below_it():
    assert is_spam("semalt.com")
    assert is_spam("x.semalt.com")
    assert not is_spam("notsemalt.com")
    assert not is_spam("ok.ru")
