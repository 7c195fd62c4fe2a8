"""Where the public address is https, cookies are for https and this host alone, and forms may come from that address."""

import httpx
import pytest

from tests.support.app_here import AppHere


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with AppHere(tmp_path_factory.mktemp("home"), public_url="https://stats.example.city", secret="s" * 32) as running:
        yield running


def test_cookies_have_the_host_prefix(app):
    (said,) = httpx.get(f"{app.url}/sign-in").headers.get_list("set-cookie")
    assert said.startswith("__Host-form=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(said.split("; "))


@pytest.mark.parametrize(("origin", "status"), [("https://stats.example.city", 303), ("https://evil.example", 403)])
def test_forms_come_from_the_public_address(app, origin, status):
    assert httpx.post(f"{app.url}/preferences", headers={"origin": origin}).status_code == status


def test_secret_of_the_settings_is_not_written_anywhere(app):
    assert not (app.house.desk.settings.home_path / "secret").exists()
