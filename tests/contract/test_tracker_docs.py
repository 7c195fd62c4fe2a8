"""The page on the tracker names every option and event that the scripts know, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tracker.md").read_text(encoding="utf-8")
SOURCES = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "footfall" / "collect" / "tracker" / "src").iterdir())


def first_column(title: str) -> list[str]:
    rows = PAGE.partition(f"## {title}")[2].partition("\n## ")[0].splitlines()
    return [row.split("`")[1] for row in rows if row.startswith("| `")]


def kebab(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def test_every_option_that_is_read_is_documented():
    read = {*re.findall(r"\bdata\.(\w+)", SOURCES), *re.findall(r"\bdata\['(\w+)'\]", SOURCES)}
    assert sorted(first_column("Options")) == sorted(f"data-{kebab(name)}" for name in read)


def test_every_attribute_on_the_page_is_read_by_a_script_of_ours_or_of_theirs():
    of_elements = {*re.findall(r"getAttribute\('(data-[\w-]+)'", SOURCES)}
    of_elements |= {f"data-{kebab(name)}" for name in re.findall(r"\bdataset\.(\w+)", SOURCES)}
    theirs = {"data-host-url", "data-website-id", "data-identity-stitching"}
    assert len(of_elements) == 2
    assert set(re.findall(r"\bdata-[\w-]+", PAGE)) - theirs == of_elements | {*first_column("Options")}


def test_every_event_that_is_sent_is_documented():
    assert sorted(first_column("Links")) == sorted(re.findall(r"\bsend\('([^']+)'", SOURCES))
