"""Takes the documentation's pictures: every page of a demo city, in both languages and themes, on a desk and on a phone. ``make pictures``.

``python -m tools.take_pictures shared embedded`` takes those of some pages only. They lie in docs/pictures, few colours each so that they
stay small, and docs/pictures.md shows them all.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from footfall.serve.ledgers import LEDGER_FILE

__all__ = ["FOLDER", "LANGUAGES", "PAGES", "THEMES", "gallery", "name_of"]

ROOT = Path(__file__).parents[1]
FOLDER, GALLERY = ROOT / "docs" / "pictures", ROOT / "docs" / "pictures.md"
PORTAL = "/portals/gov.example.city"
CLOSED = [date.today() - timedelta(days=ago) for ago in range(62, 48, -1)]
"""Days of the demo's history that are closed while its first pictures are waited for: oldest first, after a quiet minute."""
PAGES = {
    "overview": ("The city: all portals", "/"),
    "portal": ("A portal", PORTAL),
    "compared": ("A portal, compared and filtered", f"{PORTAL}?period=7d&compare=previous&f=is,device,Mobile"),
    "map": ("Places on a map, notes, and what was not counted", f"{PORTAL}?tab.places=map&tab.pages=reading&refused=1"),
    "remembered": ("Days that are remembered as statistics", f"{PORTAL}/remembered?period=custom&from={CLOSED[0]}&to={CLOSED[-1]}"),
    "sealed": ("A sealed portal in its first hour", "/portals/advice.example.city"),
    "residents": ("For residents: what a portal counts", "/privacy/gov.example.city"),
    "funnels": ("Funnels", f"{PORTAL}/funnels"),
    "funnel": ("A funnel", f"{PORTAL}/funnels/1"),
    "journeys": ("Before and after a page", f"{PORTAL}/journeys"),
    "interests": ("Interests: what a portal's visitors care about", f"{PORTAL}/interests"),
    "flows": ("Flows between the sections of a portal", f"{PORTAL}/flows"),
    "portal-flows": ("Flows between portals", f"/flows?period=custom&from={CLOSED[0]}&to={CLOSED[-1]}"),
    "loyalty": ("Loyalty: who comes back, and to which service", f"{PORTAL}/loyalty"),
    "loyalty-compared": ("Loyalty of portals and services compared", "/loyalty"),
    "participation": ("Participation in events", "/portals/culture.example.city/participation"),
    "trends": ("Trends: what rises, falls or is broken", "/trends"),
    "trend": ("A trend: what drives it, and what to do next", "/trend"),
    "targets": ("Targets", f"{PORTAL}/targets"),
    "alerts": ("Alerts: what is told to whom", f"{PORTAL}/alerts"),
    "content": ("Content: what works, and what is missing", f"{PORTAL}/content"),
    "placements": ("Placements: where lists of content are shown", f"{PORTAL}/placements"),
    "placement": ("A placement: its rules, its list and what came of it", f"{PORTAL}/placements/gov-start"),
    "panel": ("All rows of a panel", f"{PORTAL}/panels/pages"),
    "shares": ("Shared links and embedded panels", f"{PORTAL}/shares"),
    "shared": ("A shared page, for whoever has its link", "/shared"),
    "embedded": ("A panel in another site's page", "/embed"),
    "reports": ("Reports by e-mail", f"{PORTAL}/reports"),
    "setup": ("Set-up of a portal", f"{PORTAL}/setup"),
    "add-portal": ("Adding a portal", "/add-portal"),
    "metrics": ("What the numbers mean", "/metrics-explained"),
    "desk": ("The steward's desk", "/desk"),
    "releases": ("What was released", "/desk/releases"),
    "days": ("Days that were closed", "/desk/days"),
    "attacks": ("Attacks that were tried", "/attacks"),
    "consumers": ("API consumers: keys, and what they asked for", "/consumers"),
    "datasets": ("Datasets: the catalogue of the city's data", "/datasets"),
    "city": ("City data: a measure by place and time", "/city"),
    "operators": ("Operators", "/operators"),
    "jobs": ("What is done by itself", "/jobs"),
    "account": ("One's own account", "/account"),
    "audit": ("Audit log", "/audit"),
    "sign-in": ("The door", "/sign-in"),
}
"""By name: what the picture shows, and where it is; what is shared gets its link when it is made, a trend the surest card's."""
SHARED = {"shared": "Make the link", "embedded": "Make the line to paste"}
"""By page: the button that makes its link."""
OPEN = ("sign-in", "residents", *SHARED)
"""Seen by whoever is not signed in."""
THEMES, LANGUAGES = ("light", "dark"), {"en": "en-GB", "ru": "ru-RU"}
WIDTHS = {"": 1280, "phone-": 360}
EMBEDDED_WIDTH = 560
ON_PHONE = ("overview", "portal", "funnel", "journeys", "trends", "loyalty", "flows", "targets")
COLOURS, SETTLE_MS, TALLEST = 96, 900, 3200
WAITS = 100
CLOSES_S = 300
"""Longest that the close of CLOSED is waited for."""
FIRST_CARD = "[aria-labelledby=stories] .stories h3 a"
NEXT_LAZY = "() => { const next = document.querySelector('[hx-trigger=revealed]'); next?.scrollIntoView(); return !!next }"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def name_of(page: str, language: str, theme: str, width: str = "") -> str:
    """The picture's file.

    >>> name_of("portal", "ru", "dark", "phone-")
    'portal-phone-ru-dark.png'
    """
    return f"{page}-{width}{language}-{theme}.png"


def gallery() -> str:
    """docs/pictures.md: every picture, by page."""
    parts = ["# Pictures\n\nEvery page of the demo city in English and Russian, light and dark. Made by `make pictures`.\n"]
    for page, (title, _) in PAGES.items():
        parts.append(f"\n## {title}\n")
        for width in ("", "phone-") if page in ON_PHONE else ("",):
            names = [name_of(page, language, theme, width) for language in LANGUAGES for theme in THEMES]
            parts.append(" ".join(f"[![{name[:-4]}](pictures/{name})](pictures/{name})" for name in names) + "\n")
    return "".join(parts)


def main(only: Collection[str] = ()) -> None:
    """Take them all again, and those of pages that are no more go; or those of some pages only."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        command = [sys.executable, "-m", "footfall.cli", "demo", "--home", home, "--port", "0", "--json"]
        demo = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ | {"TZ": "UTC"})
        try:
            assert demo.stdout
            said = json.loads(demo.stdout.readline())
            until_closed(Path(home))
            if not only or "attacks" in only:
                subprocess.run([sys.executable, "-m", "footfall.cli", "attack", "--home", home], stdout=subprocess.DEVNULL, check=True)
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=SWITCHES)
            pictures = take_all(browser, said, only or PAGES)
            browser.close()
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(timeout=60)
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png") if not only else ():
        old.unlink()
    for name, content in pictures.items():
        (FOLDER / name).write_bytes(content)
    GALLERY.write_text(gallery(), encoding="utf-8")
    print(f"{len(pictures)} pictures, {sum(map(len, pictures.values())) / 1e6:.1f} MB")


def until_closed(home: Path) -> None:
    """Wait until the ledger has lines of a day that follows CLOSED."""
    ledger, after = home / LEDGER_FILE, f'"day":"{CLOSED[-1] + timedelta(days=1)}"'
    for _ in range(CLOSES_S):
        if ledger.exists() and after in ledger.read_text(encoding="utf-8"):
            break
        time.sleep(1)


def take_all(browser: Browser, said: dict[str, str], wanted: Collection[str]) -> dict[str, bytes]:
    """Every picture of these pages by its file's name. ``said``: address, e-mail and password of the demo."""
    state, pictures = signed_in(browser, said), {}
    paths = {page: path for page, (_, path) in PAGES.items() if page in wanted} | share(browser, said["url"], state, wanted)
    if "trend" in wanted:
        paths["trend"] = told(browser, said["url"], state)
    for width, pixels in WIDTHS.items():
        for language, locale in LANGUAGES.items():
            for theme in THEMES:
                for page, path in paths.items():
                    if width and page not in ON_PHONE:
                        continue
                    context = browser.new_context(
                        storage_state=None if page in OPEN else state,
                        locale=locale,
                        color_scheme="dark" if theme == "dark" else "light",
                        viewport={"width": EMBEDDED_WIDTH if page == "embedded" else pixels, "height": 300 if page == "embedded" else 800},
                        reduced_motion="reduce",
                    )
                    opened = context.new_page()
                    opened.goto(said["url"] + path)
                    pictures[name_of(page, language, theme, width)] = picture(opened)
                    context.close()
    return pictures


def share(browser: Browser, url: str, state: StorageState, wanted: Collection[str]) -> dict[str, str]:
    """Links made for who is not signed in, by page: paths."""
    context, paths = browser.new_context(storage_state=state, locale="en-GB"), {}
    for name, button in SHARED.items():
        if name in wanted:
            page = context.new_page()
            page.goto(f"{url}{PORTAL}/shares")
            page.fill("[name=origins]", "https://www.example.city")
            page.click(f"text={button}")
            paths[name] = re.findall(r"/(?:shared|embed)/[\w-]+", page.inner_text("#made"))[0]
    context.close()
    return paths


def told(browser: Browser, url: str, state: StorageState) -> str:
    """The path of the first card of trends, once the demo's stories are told."""
    context = browser.new_context(storage_state=state, locale="en-GB")
    page = context.new_page()
    for _ in range(CLOSES_S):
        page.goto(f"{url}/trends")
        if page.locator(FIRST_CARD).count():
            break
        page.wait_for_timeout(1000)
    path = page.locator(FIRST_CARD).first.get_attribute("href", timeout=1000) or "/trends"
    context.close()
    return path


def signed_in(browser: Browser, said: dict[str, str]) -> StorageState:
    """What the browser keeps once the demo's operator is in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(said["url"] + "/sign-in")
    page.fill("[name=email]", said["email"])
    page.fill("[name=password]", said["password"])
    page.click("main button")
    page.wait_for_url(said["url"] + "/")
    kept = context.storage_state()
    context.close()
    return kept


def picture(page: Page) -> bytes:
    """The whole page once what loads by itself is there: a PNG of few colours."""
    for _ in range(WAITS):
        if not page.evaluate(NEXT_LAZY):
            break
        page.wait_for_timeout(100)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(SETTLE_MS)
    shot = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    shot = shot.crop((0, 0, shot.width, min(shot.height, TALLEST)))
    written = BytesIO()
    shot.quantize(COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main(sys.argv[1:])
