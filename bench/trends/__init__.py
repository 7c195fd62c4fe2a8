"""Benches of trend detection: ``python -m bench.trends``, or one of them, ``python -m bench.trends.usa``."""

import importlib

__all__ = ["main"]

NAMES = ("usa", "null", "drawn", "speed", "watch", "forecast", "nab")


def main(short: bool = False) -> None:
    """Each in turn."""
    for name in NAMES:
        importlib.import_module(f"bench.trends.{name}").main(short=short)
