"""The command ``footfall``: one module a command, each a loader and a view; ``commands`` puts them together."""

import importlib
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line of this process and exit."""
    # Reading the modules takes a second in which there is nothing to tidy up: Ctrl-C ends the process without a traceback.
    is_default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_default:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    run = importlib.import_module("footfall.cli.commands").run
    if is_default:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    raise SystemExit(run(sys.argv[1:]))
