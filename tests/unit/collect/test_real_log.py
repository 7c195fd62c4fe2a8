"""A real Apache log gives the totals that awk and grep count in it by the same stated rules."""

import gzip
import os
import re
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path

import crawleruseragents
import pytest

from footfall.collect import agents
from footfall.collect.formats.access_logs import make_decoder
from footfall.collect.import_salts import ImportSalts
from footfall.collect.importing import BadLine, Passed
from footfall.collect.places import open_places
from footfall.collect.referrers import SPAMMERS
from footfall.vocabulary import Hit, Portal
from tests.conftest import DATA

PORTAL = Portal(id=1, domain="semicomplete.com", umami_id="")
PROGRAM = Path(__file__).parents[2] / "support" / "count_access_log.awk"
ASSET = (
    r"\.(css|js|mjs|map|png|jpe?g|jp2|gif|svgz?|ico|cur|bmp|tiff?|webp|avif|heic|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|og[agv]|wav|mov|avi"
    r"|flac|json|xml|txt|rss|atom|webmanifest|wasm|swf|axd|ashx)$|^/(favicon|apple-touch-icon|robots\.txt|\.well-known/|wp-json/|cgi-sys/)"
)
DOWNLOAD = r"\.(pdf|docx?|xlsx?|pptx?|pps|key|od[tspg]|rtf|epub|csv|zip|rar|7z|t?gz|tar|bz2|xz|exe|msi|dmg|pkg|deb|rpm|apk|iso|jar)$"


def shell(command: str, stdin: bytes = b"", **variables: object) -> bytes:
    """Output of a line of shell; grep may find nothing."""
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C"} | {name: str(value) for name, value in variables.items()}
    done = subprocess.run(["sh", "-c", command], input=stdin, env=environ, capture_output=True, check=False)
    assert done.returncode < 2 and not done.stderr, done.stderr
    return done.stdout


def counted_by_awk(log: Path, folder: Path) -> dict[str, int]:
    """Robots are who says nothing much, or matches the words or the public list: found by grep among the agent strings of the log."""
    crawlers = "|".join(entry["pattern"] for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA)
    (folder / "patterns").write_text(f"^.{{0,9}}$|(?i:{agents.BOT_WORDS.pattern})|{crawlers}\n")
    (folder / "spam").write_text("\n".join(sorted(SPAMMERS)) + "\n")
    shell('awk -F\'"\' \'{print $6}\' "$LOG" | sort -u | grep -P -f "$FOLDER/patterns" > "$FOLDER/bots"', LOG=log, FOLDER=folder)
    rules = '-v asset="$ASSET" -v download="$DOWNLOAD"'
    command = f'awk {rules} -f "$PROGRAM" "$FOLDER/spam" "$FOLDER/bots" "$LOG"'
    escaped = {"ASSET": ASSET.replace("\\", "\\\\"), "DOWNLOAD": DOWNLOAD.replace("\\", "\\\\")}
    output = shell(command, PROGRAM=PROGRAM, FOLDER=folder, LOG=log, **escaped)
    return {what: int(count) for what, _, count in (line.partition("\t") for line in output.decode().splitlines())}


def counted_by_import(log: Path) -> dict[str, int]:
    salts = ImportSalts(steady_ms=lambda: 0, random=os.urandom)
    decode = make_decoder(PORTAL, lambda who, time_ms: salts.visitor(PORTAL, who, time_ms), open_places(""))
    counts: Counter[str] = Counter()
    seen: set[tuple[str, int]] = set()
    for line in log.read_bytes().splitlines():
        try:
            hit = decode(line)
        except Passed as reason:
            counts[str(reason)] += 1
            continue
        except BadLine:
            counts["unread"] += 1
            continue
        counts["page"] += 1
        counts[f"page {_stamp(hit)}"] += 1
        seen.add((hit.day, hit.visitor))
    counts["visitor"] = len({visitor for _, visitor in seen})
    return dict(counts + Counter(f"visitor {date.fromisoformat(day):%d/%b/%Y}" for day, _ in seen))


def _stamp(hit: Hit) -> str:
    return f"{date.fromisoformat(hit.day):%d/%b/%Y}"


@pytest.fixture(params=["apache_logs/apache_logs.gz", "city/weblogs/elastic_apache_combined_ip24.log"])
def log(request, tmp_path) -> Path:
    path = DATA / request.param
    if path.suffix != ".gz":
        return path
    unpacked = tmp_path / "log"
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    return unpacked


@pytest.mark.realdata
def test_totals_of_a_real_log_equal_an_independent_count(log, tmp_path):
    found = counted_by_import(log)
    assert found == counted_by_awk(log, tmp_path)
    assert sum(count for what, count in found.items() if not re.search(r"visitor|\d", what)) == 10_000
