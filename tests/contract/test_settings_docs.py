"""docs/settings.md and the Settings struct name the same keys, defaults and meanings."""

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
    ],
)
def test_wrong_value_is_refused_with_what_is_valid(tmp_path, environ, named):
    with pytest.raises(BadSetting, match=named.replace("?", r"\?")):
        read_settings(environ, home=str(tmp_path))


def test_flag_stands_over_environment_over_file(tmp_path):
    (tmp_path / "footfall.toml").write_text("port = 1\nhost = '127.0.0.2'\nsegment_rows = 7\n")
    settings = read_settings({"FOOTFALL_PORT": "2", "FOOTFALL_SEGMENT_ROWS": "8"}, home=str(tmp_path), port=3)
    assert (settings.host, settings.segment_rows, settings.port) == ("127.0.0.2", 8, 3)


def test_passwords_are_masked(tmp_path):
    settings = read_settings({"FOOTFALL_STORE": "clickhouse://u:s3cret@h:1/d"}, home=str(tmp_path))
    assert "s3cret" not in repr(settings)
