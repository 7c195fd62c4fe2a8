"""A8 on the collector's own hash, and on what somebody might have written instead."""

import hashlib
import secrets

import pytest

from footfall.serve.attacking import attack_hashes

pytestmark = pytest.mark.attack
SECRET, DATE = b"a secret of this server, known", b"2024-10-04"


def test_a8_ids_are_found_with_the_salt_and_not_without_it():
    found = attack_hashes(secrets.token_bytes, secret=SECRET)
    assert (found.passed, found.rate) == (True, 0)
    assert "With the salt 100.0% are found" in found.detail


@pytest.mark.parametrize(
    "salt",
    [hashlib.sha256(SECRET + DATE).digest(), SECRET, bytes(32)],
    ids=["hash of secret and date", "the secret", "none"],
)
def test_a8_a_salt_that_can_be_derived_is_caught(salt):
    found = attack_hashes(lambda size: salt, secret=SECRET)
    assert (found.passed, found.rate >= 1) == (False, True)
