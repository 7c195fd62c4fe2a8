"""The page on imports names every key and every reason that the code knows, and no other."""

import re
from pathlib import Path

from footfall.collect.formats.access_logs import RULES
from footfall.collect.formats.ndjson import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "imports.md").read_text(encoding="utf-8")


def first_column(title: str) -> list[str]:
    rows = PAGE.partition(f"## {title}")[2].partition("\n## ")[0].splitlines()
    return [word for row in rows if row.startswith("| `") for word in re.findall(r"`(\w+)`", row.split("|")[1])]


def test_every_key_of_an_event_is_documented():
    assert sorted(first_column("Events")) == sorted(KEYS)


def test_every_reason_is_documented_in_its_order():
    assert first_column("Server logs") == [reason for reason, _ in RULES] + ["bot", "spam_referrer", "directive"]
