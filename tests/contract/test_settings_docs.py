"""docs/settings.md and the Settings struct name the same keys, defaults and meanings."""

import re
from pathlib import Path

import pytest

from footfall.errors import BadSetting
from footfall.settings import Settings, read_settings
from tools.make_settings_table import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_settings_page_is_the_struct():
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run `make docs`"


def test_every_field_has_a_sentence():
    for name in Settings.__struct_fields__:
        assert f"| `{name}` | `FOOTFALL_{name.upper()}` |" in settings_page()


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"FOOTFALL_PORT": "99999"}, "0 to 65535"),
        ({"FOOTFALL_POLICY": "none"}, "staff, exact"),
        ({"FOOTFALL_STORE": "mysql://x"}, "clickhouse://host:port/database"),
        ({"FOOTFALL_PROT": "1"}, "Valid settings: home, host"),
        ({"FOOTFALL_PORT": "abc"}, "a whole number, 0 to 65535"),
        ({"FOOTFALL_SEGMENT_ROWS": "0"}, "a whole number, 1 or more"),
        ({"FOOTFALL_COMMIT_WINDOW_MS": "1.5"}, "a whole number, 0 to 1000"),
        ({"FOOTFALL_LOG_LEVEL": "loud"}, "debug, info, warning, error"),
        ({"FOOTFALL_PUBLIC_URL": "stats.example"}, "https://stats.example.city"),
        ({"FOOTFALL_URL": "ftp://stats.example"}, "https://stats.example.city"),
        ({"FOOTFALL_URL": "http://127.0.0.1:99999"}, "https://stats.example.city"),
        ({"FOOTFALL_PUBLIC_URL": "https://stats.example.city:port"}, "https://stats.example.city"),
        ({"FOOTFALL_OPEN_DATA": "yes"}, "'open_data' has 'yes', which is not valid. Valid: true, false."),
        ({"FOOTFALL_SECRET": "short"}, "32 random characters"),
        ({"FOOTFALL_KEY": "ключ"}, "what `footfall keys add` printed"),
        ({"FOOTFALL_KEY": "ff_a b"}, "what `footfall keys add` printed"),
        ({"FOOTFALL_OIDC_ISSUER": "login.example.city"}, "https://stats.example.city"),
        ({"FOOTFALL_OIDC_ISSUER": "https://login.example.city"}, "all three, or none"),
        (
            {"FOOTFALL_OIDC_ISSUER": "http://login.x", "FOOTFALL_OIDC_CLIENT_ID": "a", "FOOTFALL_OIDC_CLIENT_SECRET": "b"},
            "http on this machine alone",
        ),
        ({"FOOTFALL_SMTP_HOST": "mail.x"}, "needs 'smtp_from' and 'public_url'"),
        ({"FOOTFALL_SMTP_FROM": "nobody"}, "Footfall <stats@example.city>"),
        ({"FOOTFALL_SMTP_USER": "a"}, "both, or none"),
        ({"FOOTFALL_SMTP_USER": "a", "FOOTFALL_SMTP_PASSWORD": "b", "FOOTFALL_SMTP_TLS": "none"}, "password in clear"),
        ({"FOOTFALL_SMTP_TLS": "ssl"}, "none, starttls, tls"),
        ({"FOOTFALL_STEWARD_CONTACT": "the steward"}, "data@example.city, https://example.city/privacy"),
        ({"FOOTFALL_STEWARD_CONTACT": "javascript:alert(1)"}, "data@example.city, https://example.city/privacy"),
        ({"FOOTFALL_SMTP_PORT": "0"}, "1 to 65535"),
        (
            {"FOOTFALL_PROFILE": "cnil", "FOOTFALL_POLICY": "exact"},
            "Setting 'policy' has 'exact', which profile 'cnil' does not allow. Valid: staff.",
        ),
        ({"FOOTFALL_REACH": "on"}, "Valid: off, or whose days are counted, such as Europe/Berlin."),
        ({"FOOTFALL_PROFILE": "gdpr"}, "Valid: standard, cnil."),
        ({"FOOTFALL_TOPICS_FILE": "/nowhere/topics.yaml"}, "which is no file"),
        ({"FOOTFALL_COUNTRY": "Russia"}, "a code such as RU, or DE-BE"),
        ({"FOOTFALL_CALENDAR_FILE": "/nowhere/city.ics"}, "which is no file"),
        ({"FOOTFALL_VOLATILE": "/nowhere/at/all"}, "a tmpfs folder"),
        ({"FOOTFALL_SOURCE_NETWORKS": "10.0.0.0/8,nowhere"}, "'nowhere', which is no network. Valid: networks such as"),
        ({"FOOTFALL_SOURCE_NETWORKS": "10.20.1.1/16"}, "'10.20.1.1/16', which is no network. Valid: 10.20.0.0/16."),
        ({"FOOTFALL_TRUSTED_PROXIES": "10.0.0.0/99"}, "'trusted_proxies' has '10.0.0.0/99', which is no network. Valid: networks such as"),
    ],
)
def test_wrong_value_is_refused_with_what_is_valid(tmp_path, environ, named):
    with pytest.raises(BadSetting, match=re.escape(named)):
        read_settings(environ, home=str(tmp_path))


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ('port = "abc"', "a whole number, 0 to 65535"),
        ("port = true", "a whole number, 0 to 65535"),
        ("port = 1.5", "a whole number, 0 to 65535"),
        ("host = 5", "a text"),
        ('trusted_proxies = "10.0.0.0/8"', "a list of networks"),
        ("trusted_proxies = [1]", "a list of networks"),
        ('policy = "none"', "staff, exact"),
        ("store = 5", "'store' has a value"),
        ('home = "/elsewhere"', "--home or FOOTFALL_HOME"),
        ("prot = 1", "Valid settings: home, host"),
        ("[port]", "a whole number"),
        ("port =", "footfall.toml is not valid TOML"),
    ],
)
def test_wrong_type_in_the_file_is_refused_with_what_is_valid(tmp_path, toml, named):
    (tmp_path / "footfall.toml").write_text(toml)
    with pytest.raises(BadSetting, match=re.escape(named)):
        read_settings({}, home=str(tmp_path))


def test_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="which is no folder"):
        read_settings({}, home=str(tmp_path / "file"))


def test_flag_stands_over_environment_over_file(tmp_path):
    (tmp_path / "footfall.toml").write_text("port = 1\nhost = '127.0.0.2'\nsegment_rows = 7\n")
    settings = read_settings({"FOOTFALL_PORT": "2", "FOOTFALL_SEGMENT_ROWS": "8"}, home=str(tmp_path), port=3)
    assert (settings.host, settings.segment_rows, settings.port) == ("127.0.0.2", 8, 3)


def test_passwords_are_masked(tmp_path):
    secrets = {
        "FOOTFALL_STORE": "clickhouse://u:s3cret@h:1/d",
        "FOOTFALL_CONTROL": "postgresql://u:s3cret@h/d",
        "FOOTFALL_KEY": "ff_s3cret",
        "FOOTFALL_SECRET": "s3cret" * 6,
        "FOOTFALL_OIDC_ISSUER": "https://login.example.city",
        "FOOTFALL_OIDC_CLIENT_ID": "footfall",
        "FOOTFALL_OIDC_CLIENT_SECRET": "s3cret",
        "FOOTFALL_SMTP_USER": "stats",
        "FOOTFALL_SMTP_PASSWORD": "s3cret",
    }
    assert "s3cret" not in repr(read_settings(secrets, home=str(tmp_path)))
