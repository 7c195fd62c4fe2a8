"""``python -m bench [--short]``: every bench in turn; ``python -m bench NAME`` only one."""

import argparse
import importlib

NAMES = (
    "pipeline",
    "collector",
    "load",
    "panels",
    "overview",
    "page",
    "growth",
    "draw",
    "close",
    "content_service",
    "recommend",
    "sources",
    "topics",
    "text",
    "trends",
    "faults",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help=f"which: {', '.join(NAMES)}")
    parser.add_argument("--short", action="store_true", help="a minute or two in all, rougher figures")
    options = parser.parse_args()
    for name in options.names or NAMES:
        print(f"== {name}", flush=True)
        importlib.import_module(f"bench.{name}").main(short=options.short)


if __name__ == "__main__":
    main()
