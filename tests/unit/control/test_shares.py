"""Shared links: good until they expire or are revoked, shown once, and slow to guess."""

import pytest
import sqlalchemy as sa

from footfall.control.audit import read_audit
from footfall.control.shares import (
    MOST_SHARES,
    Share,
    checked_origins,
    create_share,
    find_share,
    list_shares,
    revoke_share,
    try_password,
)
from footfall.control.tables import shares
from footfall.errors import BadInput, Conflict, NotFound, Unauthorized
from tests.support.signing_in import PASSWORD

NOW, DAY = 1_767_225_600_000, 86_400_000


@pytest.fixture
def portal(emptied):
    return emptied.create_portal(domain="library.example")


def page(portal, **changes):
    return Share(**{"portal_id": portal.id, "kind": "page", "view": "?period=7d", "expires_ms": NOW + DAY, "created_by": "ann"} | changes)


def panel(portal, **changes):
    return page(portal, **{"kind": "panel", "panel": "graph", "origins": ("https://city.example",)} | changes)


def test_link_is_found_by_its_token_until_the_instant_it_expires(emptied, portal):
    token = create_share(emptied, portal, page(portal), now_ms=NOW)
    found = find_share(emptied, token, "page", now_ms=NOW + DAY - 1)
    assert (found.view, found.has_password, found.created_ms) == ("?period=7d", False, NOW)
    with pytest.raises(NotFound, match="expired, was revoked, or never was"):
        find_share(emptied, token, "page", now_ms=NOW + DAY)
    assert list_shares(emptied, portal, now_ms=NOW + DAY) == []


def test_expired_revoked_unknown_and_of_the_other_kind_are_told_the_same(emptied, portal):
    revoked, expired = (create_share(emptied, portal, page(portal), now_ms=NOW) for _ in range(2))
    framed = create_share(emptied, portal, panel(portal), now_ms=NOW)
    revoke_share(emptied, portal, list_shares(emptied, portal, now_ms=NOW)[-1].id, now_ms=NOW)
    said = set()
    for token, now_ms in ((revoked, NOW), (expired, NOW + DAY), ("never made", NOW), (framed, NOW)):
        with pytest.raises(NotFound) as caught:
            find_share(emptied, token, "page", now_ms=now_ms)
        said.add(str(caught.value))
    assert len(said) == 1


def test_database_holds_neither_token_nor_password(emptied, portal):
    token = create_share(emptied, portal, page(portal), password=PASSWORD, now_ms=NOW)
    with emptied.reading() as connection:
        (row,) = connection.execute(sa.select(shares)).all()
    assert token not in str(row) and PASSWORD not in str(row)
    assert row.password.startswith("$argon2id$")


def test_wrong_passwords_make_the_link_wait_also_for_the_right_one(emptied, portal):
    token = create_share(emptied, portal, page(portal), password=PASSWORD, now_ms=NOW)
    share = find_share(emptied, token, "page", now_ms=NOW)
    try_password(emptied, share, PASSWORD, now_ms=NOW)
    for _ in range(5):
        with pytest.raises(Unauthorized, match="not the password"):
            try_password(emptied, share, "another one", now_ms=NOW)
    with pytest.raises(Unauthorized, match="not the password"):
        try_password(emptied, share, PASSWORD, now_ms=NOW + 59_999)
    try_password(emptied, share, PASSWORD, now_ms=NOW + 60_000)


def test_revoking_is_for_the_portal_s_own_links(emptied, portal):
    other = emptied.create_portal(domain="other.example")
    token = create_share(emptied, portal, page(portal), now_ms=NOW)
    (share,) = list_shares(emptied, portal, now_ms=NOW)
    with pytest.raises(NotFound):
        revoke_share(emptied, other, share.id, now_ms=NOW)
    assert find_share(emptied, token, "page", now_ms=NOW).id == share.id


def test_links_go_with_their_portal_and_expired_ones_with_the_next(emptied, portal):
    create_share(emptied, portal, page(portal), now_ms=NOW)
    create_share(emptied, portal, page(portal, expires_ms=NOW + 3 * DAY), now_ms=NOW + 2 * DAY)
    with emptied.reading() as connection:
        assert len(connection.execute(sa.select(shares)).all()) == 1
    emptied.delete_portal(portal.id)
    with emptied.reading() as connection:
        assert connection.execute(sa.select(shares)).all() == []


def test_making_and_revoking_is_in_the_audit_log(emptied, portal):
    create_share(emptied, portal, page(portal), password=PASSWORD, now_ms=NOW)
    create_share(emptied, portal, panel(portal), now_ms=NOW)
    id = list_shares(emptied, portal, now_ms=NOW)[0].id
    revoke_share(emptied, portal, id, now_ms=NOW)
    assert [(entry.action, entry.object.partition(" until")[0]) for entry in read_audit(emptied)[:3]] == [
        ("share revoked", f"library.example: link {id}"),
        ("share made", "library.example: graph in https://city.example"),
        ("share made", "library.example: page"),
    ]


def test_panel_without_sites_is_refused(emptied, portal):
    with pytest.raises(BadInput, match="A panel needs"):
        create_share(emptied, portal, panel(portal, origins=()), now_ms=NOW)


def test_portal_has_a_bounded_number_of_links(emptied, portal, monkeypatch):
    monkeypatch.setattr("footfall.control.shares.MOST_SHARES", 1)
    assert MOST_SHARES == 100
    create_share(emptied, portal, page(portal), now_ms=NOW)
    with pytest.raises(Conflict, match="Revoke one first"):
        create_share(emptied, portal, page(portal), now_ms=NOW)


def test_origins_are_written_as_browsers_name_them():
    assert checked_origins("HTTPS://City.Example/, http://127.0.0.1:8000 https://пример.рф https://city.example") == (
        "https://city.example",
        "http://127.0.0.1:8000",
        "https://xn--e1afmkfd.xn--p1ai",
    )


NO_ORIGINS = """city.example https://*.example https://a.example;script-src https://a.example/path javascript:alert(1) https://
https://a.example?b https://me@a.example https://a.example:no 'self'""".split()


@pytest.mark.parametrize("text", ["", *NO_ORIGINS, " ".join(f"https://a{number}.example" for number in range(11))])
def test_what_is_no_origin_never_reaches_a_header(text):
    with pytest.raises(BadInput):
        checked_origins(text)
