"""Keys: shown once, stored hashed, with scopes and portals."""

import hashlib

import pytest
import sqlalchemy as sa

from footfall.control.keys import SCOPES, Key, check_key, create_key, list_keys, revoke_key
from footfall.control.tables import keys
from footfall.errors import BadInput, Conflict, Forbidden, NotFound, Unauthorized


def test_secret_is_shown_once_and_only_its_hash_is_kept(control):
    secret = create_key(control, "dashboard", ("stats:read",), now_ms=5)
    with control.reading() as connection:
        row = connection.execute(sa.select(keys)).one()
    assert row.sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(tuple(row))
    assert check_key(control, secret) == Key("dashboard", ("stats:read",), (), 5)


def test_star_is_every_scope(control):
    assert check_key(control, create_key(control, "all", ("*",), now_ms=0)).scopes == SCOPES


@pytest.mark.parametrize("scopes", [("stats:write",), ("stats:read", ""), ()])
def test_unknown_scope_is_refused_with_those_there_are(control, scopes):
    with pytest.raises(BadInput, match="Valid: stats:read, marts:read, sites:read"):
        create_key(control, "x", scopes, now_ms=0)


def test_name_is_taken_once(control):
    create_key(control, "x", ("*",), now_ms=0)
    with pytest.raises(Conflict, match="named 'x'"):
        create_key(control, "x", ("*",), now_ms=0)
    with pytest.raises(BadInput, match="1 to 100 characters"):
        create_key(control, " ", ("*",), now_ms=0)


def test_nobodys_key_is_unauthorized_and_a_revoked_one_too(control):
    secret = create_key(control, "x", ("*",), now_ms=0)
    revoke_key(control, "x", now_ms=0)
    for wrong in (secret, "", "ff_x"):
        with pytest.raises(Unauthorized, match="Invalid API key"):
            check_key(control, wrong)
    with pytest.raises(NotFound, match="No key named 'x'"):
        revoke_key(control, "x", now_ms=0)


def test_key_is_for_its_scopes_and_portals_only():
    key = Key("x", ("stats:read",), ("a.example",))
    key.require("stats:read", "a.example")
    key.require("stats:read")
    with pytest.raises(Forbidden, match="lacks the scope sites:write; it has stats:read"):
        key.require("sites:write")
    with pytest.raises(Forbidden, match="not for that portal"):
        key.require("stats:read", "b.example")


def test_key_follows_a_renamed_portal(control):
    control.create_portal(domain="old.example")
    create_key(control, "x", ("*",), ("old.example", "other.example"), now_ms=0)
    control.update_portal("old.example", domain="new.example")
    assert list_keys(control)[0].portals == ("new.example", "other.example")


def test_key_for_a_removed_portal_alone_is_revoked_not_widened(control):
    control.create_portal(domain="a.example")
    for name, portals in (("alone", ("a.example",)), ("both", ("a.example", "b.example")), ("every", ())):
        create_key(control, name, ("*",), portals, now_ms=0)
    control.delete_portal("a.example")
    assert [(key.name, key.portals) for key in list_keys(control)] == [("both", ("b.example",)), ("every", ())]
