"""Whose address counts: headers only from proxies that the settings trust."""

import pytest

from footfall.collect.remote import make_remote
from footfall.errors import BadSetting

remote = make_remote(("10.0.0.0/8", "127.0.0.1/32", "fd00::/8"))


@pytest.mark.parametrize("name", [b"x-forwarded-for", b"forwarded", b"x-real-ip", b"cf-connecting-ip", b"x-plausible-ip"])
def test_nobody_else_is_believed(name):
    value = b"for=8.8.8.8" if name == b"forwarded" else b"8.8.8.8"
    assert remote("91.198.174.192", {name: value}) == "91.198.174.192"
    assert make_remote(())("10.0.0.1", {name: value}) == "10.0.0.1"
    assert remote("10.0.0.1", {name: value}) == "8.8.8.8"


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({b"x-forwarded-for": b"8.8.8.8, 10.1.1.1"}, "8.8.8.8"),
        ({b"x-forwarded-for": b"1.1.1.1, 8.8.8.8"}, "8.8.8.8"),
        ({b"x-forwarded-for": b"10.2.2.2, 10.1.1.1"}, "10.2.2.2"),
        ({b"x-forwarded-for": b"8.8.8.8:5000"}, "8.8.8.8"),
        ({b"x-forwarded-for": b"[2001:db8::1]:5000"}, "2001:db8::1"),
        ({b"x-forwarded-for": b"::ffff:8.8.8.8"}, "8.8.8.8"),
        ({b"x-forwarded-for": b"unknown"}, "10.0.0.1"),
        ({b"x-forwarded-for": b""}, "10.0.0.1"),
        ({b"forwarded": b'for="[2001:db8::1]:5000";proto=https, for=10.1.1.1'}, "2001:db8::1"),
        ({b"forwarded": b"proto=https"}, "10.0.0.1"),
        ({b"x-forwarded-for": b"8.8.8.8", b"cf-connecting-ip": b"1.1.1.1", b"x-plausible-ip": b"1.1.1.1"}, "8.8.8.8"),
        ({}, "10.0.0.1"),
    ],
)
def test_trusted_proxy_says_whose_request_it_is(headers, address):
    assert remote("10.0.0.1", headers) == address


def test_socket_of_both_families_gives_plain_addresses():
    assert remote("::ffff:91.198.174.192", {}) == "91.198.174.192"
    assert remote("::ffff:10.0.0.1", {b"x-forwarded-for": b"8.8.8.8"}) == "8.8.8.8"


def test_network_that_is_none_is_refused_at_start():
    with pytest.raises(BadSetting, match="trusted_proxies"):
        make_remote(("10.0.0.0/99",))
