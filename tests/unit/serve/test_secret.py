"""The secret is made once, for its owner alone; what is signed for one purpose is worth nothing for another."""

import stat
import threading

import pytest

from footfall.serve.secret import Signer, read_secret
from footfall.settings import read_settings


def test_secret_is_made_once_whoever_comes_first(tmp_path):
    settings, found = read_settings({}, home=str(tmp_path)), []
    threads = [threading.Thread(target=lambda: found.append(read_secret(settings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), len(found[0])) == (8, 1, 32)
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_secret_of_the_settings_is_the_same_on_every_machine(tmp_path):
    one, other = (read_settings({"FOOTFALL_SECRET": "x" * 32}, home=str(tmp_path / name)) for name in ("a", "b"))
    assert read_secret(one) == read_secret(other)
    assert len(read_secret(one)) == 32


def test_what_was_signed_is_read_again():
    signer = Signer(b"s" * 32)
    assert signer.read("session", signer.sign("session", "id …")) == "id …"


@pytest.mark.parametrize("purpose", ["form", "Session", ""])
def test_signature_is_for_one_purpose(purpose):
    signer = Signer(b"s" * 32)
    assert signer.read(purpose, signer.sign("session", "id")) == ""


def test_signature_of_another_secret_or_none_is_worth_nothing():
    signer, signed = Signer(b"s" * 32), Signer(b"t" * 32).sign("session", "id")
    unsigned = "eyJhbGciOiJub25lIn0.aWQ."
    for text in (signed, unsigned, "", "a.b.c", "é", "." * 1000, signer.sign("session", "id")[:-2]):
        assert signer.read("session", text) == ""
