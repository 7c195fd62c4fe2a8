"""Writes footfall/collect/data/referrers.json (host → [name, medium]).

From the npm package referer-parser (Snowplow's list) and the additions below.
"""

import json
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
LIST = ROOT / "node_modules" / "referer-parser" / "data" / "referers.yml"
ADDED = {
    "t.me": ["Telegram", "social"],
    "web.telegram.org": ["Telegram", "social"],
    "org.telegram.messenger": ["Telegram", "social"],
    "ok.ru": ["Odnoklassniki", "social"],
    "max.ru": ["MAX", "social"],
    "dzen.ru": ["Dzen", "social"],
    "ya.ru": ["Yandex", "search"],
    "chatgpt.com": ["ChatGPT", "ai"],
    "perplexity.ai": ["Perplexity", "ai"],
    "claude.ai": ["Claude", "ai"],
    "gemini.google.com": ["Gemini", "ai"],
    "copilot.microsoft.com": ["Microsoft Copilot", "ai"],
    "x.com": ["Twitter", "social"],
    "threads.net": ["Threads", "social"],
    "bsky.app": ["Bluesky", "social"],
}


def referrers() -> dict[str, list[str]]:
    """Every host of the list with its source's name and medium (search, social, email, ai or unknown), sorted."""
    found = {
        host: [name, medium]
        for medium, sources in yaml.safe_load(LIST.read_text(encoding="utf-8")).items()
        for name, source in sources.items()
        for host in source["domains"]
    }
    return dict(sorted((found | ADDED).items()))


if __name__ == "__main__":
    text = json.dumps(referrers(), ensure_ascii=False, indent=0)
    (ROOT / "footfall" / "collect" / "data" / "referrers.json").write_text(text + "\n", encoding="utf-8")
