"""Writes footfall/collect/data/spammers.txt, one host a line, from a copy of Matomo's referrer-spam-list (public domain).

``python -m tools.make_spammers FILE``; the copy in use came out of the PyPI package django-blockreferralspam 0.0.1 (``spammers.txt`` in its
source archive). What came later is added below; what became an honest site, or always was one, is taken out.
"""

import sys
from pathlib import Path

from tools.make_referrers import sources

TARGET = Path(__file__).parent.parent / "footfall" / "collect" / "data" / "spammers.txt"
ADDED = """
bottraffic.live e-buyeasy.com fix-website-errors.com keywords-monitoring-your-success.com rankings-analytics.com seoanalyses.com seoheap.com
site-auditor.online traffic2money.com trafficbot.life trafficmonetizer.org uptime.com.ua xtraffic.plus
"""
HONEST = "drupa.com research.ifmo.ru resellerclub.com"


def spammers(listed: str) -> list[str]:
    """Hosts in the form that browsers send, sorted; none that is a source we know by name."""
    known = {host for about in sources().values() for host in about["hosts"]}  # type: ignore[attr-defined]
    hosts = {host.encode("idna").decode() for host in (listed + ADDED).split()}
    return sorted(hosts - known - set(HONEST.split()))


if __name__ == "__main__":
    TARGET.write_text("\n".join(spammers(Path(sys.argv[1]).read_text(encoding="utf-8"))) + "\n", encoding="utf-8")
