"""How a request came: what the set-up page says of proxies, and the setting that it proposes."""

import pytest

from footfall.serve.pages.way import Way, way_of

SAID = {b"x-forwarded-for": b"1.1.1.1"}


def test_request_without_a_proxy_is_as_its_socket_says():
    found = way_of("9.9.9.9", {b"accept": b"*/*"}, ())
    assert found == Way(peer_is="public", seen_is="public", header="", is_believed=False, setting="9.9.9.9/32")


def test_header_of_a_proxy_that_nobody_trusts_is_not_looked_at_and_the_setting_adds_it():
    found = way_of("10.0.0.5", SAID, ("192.168.0.0/16",))
    assert (found.header, found.is_believed, found.seen_is) == ("x-forwarded-for", False, "private")
    assert found.setting == "192.168.0.0/16,10.0.0.5/32"
    believed = way_of("10.0.0.5", SAID, tuple(found.setting.split(",")))
    assert (believed.is_believed, believed.seen_is) == (True, "public")


def test_second_proxy_in_a_row_is_found_by_its_private_address():
    found = way_of("10.0.0.5", {b"x-forwarded-for": b"1.1.1.1, 172.16.0.9"}, ("10.0.0.0/8",))
    assert (found.is_believed, found.seen_is) == (True, "private")


@pytest.mark.parametrize(
    ("peer", "kind", "setting"),
    [
        ("127.0.0.1", "machine", "127.0.0.1/32"),
        ("", "machine", "127.0.0.1/32"),
        ("::1", "machine", "::1/128"),
        ("::ffff:10.0.0.5", "private", "10.0.0.5/32"),
        ("100.64.0.1", "private", "100.64.0.1/32"),
        ("2a00:1450:4001::1", "public", "2a00:1450:4001::1/128"),
    ],
)
def test_kinds_of_addresses(peer, kind, setting):
    found = way_of(peer, {}, ())
    assert (found.peer_is, found.seen_is, found.setting) == (kind, kind, setting)
