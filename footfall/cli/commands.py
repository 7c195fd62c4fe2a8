"""All commands, and what becomes of their failures.

Exit codes: 0 done; 1 understood, but it failed; 2 not understood, or a value in it is not valid; 130 interrupted. No traceback, ever.
"""

import logging
import os
import sys
import traceback
from pathlib import Path

from cyclopts import App, CycloptsError

from footfall import __version__
from footfall.cli import ask, collect, demo, doctor, goals, imports, keys, migrate, operators, paths, portals, up
from footfall.cli.terminal import DONE, FAILED, INTERRUPTED, MISUSED, exit_code_of, print_error
from footfall.errors import BadInput, FootfallError

__all__ = ["app", "run"]

app = App(
    suppress_keyboard_interrupt=False,
    name="footfall",
    version=__version__,
    help="A city's digital services, understood without knowing who anyone is.",
    help_epilogue="Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted. Every command takes --json and --home.",
)
for command in (up.up, collect.collect, demo.demo, ask.ask, paths.funnel, paths.journey, migrate.migrate, doctor.doctor):
    app.command(command)
for family in (portals.app, goals.app, keys.app, operators.app, imports.app):
    app.command(family)
app.register_install_completion_command()


def run(arguments: list[str]) -> int:
    """Run one command line and answer its exit code; a failure is one sentence on stderr, one JSON object with --json."""
    as_json = "--json" in arguments
    for library in ("clickhouse_connect", "urllib3"):
        # They warn of what is about to be raised, and said in our own sentence.
        logging.getLogger(library).setLevel(logging.ERROR)
    try:
        result = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print_error(BadInput(f"{error} `footfall --help` shows what is valid."), as_json=as_json)
        return MISUSED
    except FootfallError as error:
        print_error(error, as_json=as_json)
        return exit_code_of(error)
    except SystemExit as error:
        # The server ends a failed start so, after its log said why.
        return FAILED if error.code else DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What reads stdout is gone: nothing is flushed at the end, where it would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        print_error(FootfallError(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}."), as_json=as_json)
        return FAILED
    except Exception as error:
        print_error(_unexpected(error), as_json=as_json)
        return FAILED
    return result if isinstance(result, int) else DONE


def _unexpected(error: Exception) -> FootfallError:
    """A fault of ours in a line: its kind and place, never its words, which may quote what somebody sent."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(frames) if "footfall" in frame.filename), frames[-1])
    return FootfallError(f"Something went wrong here: {type(error).__name__} at {Path(place.filename).name}:{place.lineno} {place.name}.")
