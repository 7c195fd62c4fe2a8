"""Every link of a page to a file of the project leads somewhere, headings included."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if (ROOT / path).is_file()
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links(page):
    return [link for link in LINK.findall((ROOT / page).read_text(encoding="utf-8")) if not re.match(r"[a-z]+:", link)]


def anchors(text):
    """Headings as the web shows them in addresses."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def leads_somewhere(page, link):
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    return target.exists() and (not anchor or anchor in anchors(target.read_text(encoding="utf-8")))


def test_every_link_leads_somewhere():
    found = [(page, link) for page in PAGES for link in links(page)]
    assert [(page, link) for page, link in found if not leads_somewhere(page, link)] == []
    assert len(found) > 100


def test_readme_leads_to_every_page_of_the_documentation():
    linked = set(links("README.md"))
    assert {page for page in PAGES if page.startswith("docs/") and page.count("/") == 1} <= linked


def test_make_targets_and_commands_on_pages_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named <= targets
