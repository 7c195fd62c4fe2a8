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
from footfall.cli.terminal import DONE, FAILED, INTERRUPTED, MISUSED, Terminal, exit_code_of, print_error
from footfall.errors import BadInput, FootfallError

__all__ = ["COMMANDS", "app", "run"]

COMMANDS = {
    "up": ("up:up", "Run everything on one port: collector, API and loader, until SIGTERM or Ctrl-C."),
    "collect": ("collect:collect", "Run a collector apart; `footfall up` on the same home loads what it takes."),
    "demo": ("demo:demo", "Build a demo city the first time, then serve it with live traffic until SIGTERM or Ctrl-C."),
    "ask": ("ask:ask", "Ask a question and print the answer as a table (with --json as the API gives it)."),
    "funnel": (
        "paths:funnel",
        "How many visitors took each step, in order and within one visit, and how many were lost (with --json as the API gives it).",
    ),
    "journey": ("paths:journey", "The pages that visitors saw just before a page and just after it (with --json as the API gives it)."),
    "flows": (
        "flows:flows",
        "The ways that visits take between a portal's sections, where people leave, and loops (with --json as the API gives it).",
    ),
    "export": ("export:export", "Write a portal's numbers by day and by each dimension to a Parquet file."),
    "close": ("close:close", "Close the service days that are over: draw their marts, once, and let sealed portals' events go."),
    "migrate": (
        "migrate:migrate",
        "Bring the store's schema and the control database up to date. Safe to run again; `footfall up` does it at its start.",
    ),
    "doctor": (
        "doctor:doctor",
        "Check Python, home, disk, salts, clock, mail, schema, store, journal, portals and refusals. Exit code 1 if something is wrong.",
    ),
    "verify": (
        "verify:verify",
        "Hold the ledger of released numbers against opendp, caps and table, and print what is promised. Exit code 1 if it differs.",
    ),
    "ledger": (
        "ledger:app",
        "What was spent and released, how attacks went, and who asked what: budgets, releases, attacks, questions.",
    ),
    "attack": (
        "attack:attack",
        "Attack what is released, on a made-up city and on this home, and write a report. Exit code 1 if an attack succeeds.",
    ),
    "label": (
        "papers:label",
        "Print what released numbers promise and cost; or whether the French exemption's conditions hold, or registry entries.",
    ),
    "record": (
        "papers:record",
        "Write the record of processing activities (GDPR, article 30) from settings, portals, marts and who may see numbers.",
    ),
    "dpia": (
        "papers:dpia",
        "Write an impact assessment as the JSON that CNIL's tool PIA imports: 36 answers, measures, evaluations left open.",
    ),
    "held": ("papers:held", "List what this home holds of people, where, since when and until when, and what could be made of it."),
    "portals": ("portals:app", "The city's sites that are counted: list, add, set, remove, show."),
    "goals": ("goals:app", "What a portal's team wants to happen: list, add, remove."),
    "keys": ("keys:app", "Keys for the API: add, list, revoke."),
    "operators": ("operators:app", "Who may sign in to the pages: list, add, invite, grant, revoke, disable, enable."),
    "reports": ("reports:app", "Reports by e-mail: list, send."),
    "reach": ("reach:app", "Visitors of several portals together: list, add, remove groups; show what was drawn."),
    "sources": (
        "sources:app",
        "The city's other data: draft a contract, check a file, load, list, watch, withdraw datasets; districts.",
    ),
    "loyalty": (
        "loyalty:loyalty",
        "Who comes back, who finishes, how content they are: by portal and service, with an index (with --json as the API gives it).",
    ),
    "participation": (
        "participation:participation",
        "Events of the city from interest to attendance, with a forecast and its error (with --json as the API gives it).",
    ),
    "topics": ("topics:app", "What content is about: list the topics, check a file of them, try them on a text."),
    "marts": ("marts:app", "What people care about, out of the numbers drawn for the city: list, show."),
    "trends": (
        "trends:trends",
        "What rises, falls or is broken on portals: one line a story, what began last first, with why (with --json as the API gives it).",
    ),
    "placements": ("placements:app", "Where other systems show lists of content: list, show, put, remove."),
    "alerts": ("alerts:app", "Who is told of trends and targets: list, test."),
    "targets": ("targets:app", "What portals are to reach, and how it goes: list, show, add, remove."),
    "evaluate": (
        "evaluate:evaluate",
        "Replay the last days of a portal: would its lists have shown what visitors looked at next? Only means are printed.",
    ),
    "webhooks": ("webhooks:app", "Who is told when a day's marts were published: list, add, send, remove."),
    "content": (
        "content:app",
        "What portals have to read and to do: list, show, add, load, remove items; read them from the portals.",
    ),
    "import": ("imports:app", "History: events as JSON lines, or server logs."),
}
"""Place and what help says of each. A command reads its own modules alone, and only when it is called."""

app = App(
    suppress_keyboard_interrupt=False,
    name="footfall",
    version=__version__,
    console=Terminal(),
    help="A city's digital services, understood without knowing who anyone is.",
    help_epilogue="Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted. Every command takes --json and --home.",
)
for name, (place, told) in COMMANDS.items():
    app.command(f"footfall.cli.{place}", name=name, help=told)
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
        command = " ".join(("footfall", *(error.command_chain or ())))
        print_error(BadInput(f"{error} `{command} --help` shows what is valid."), as_json=as_json)
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
