"""Papers for authorities and colleagues, from what is set and there now: ``footfall label``, ``record``, ``dpia``, ``held``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from footfall.cli.portals import opened_control
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of
from footfall.cli.verify import print_label
from footfall.control.database import Control
from footfall.serve.clock import make_clock
from footfall.serve.label import label as the_label
from footfall.serve.papers.assessment import assessment, assessment_text
from footfall.serve.papers.dpia import dpia as the_dpia
from footfall.serve.papers.facts import Facts, facts_of
from footfall.serve.papers.held import held as what_is_held
from footfall.serve.papers.record import record as the_record
from footfall.serve.papers.record import record_text
from footfall.serve.papers.registry import entries, registry_text

__all__ = ["dpia", "held", "label", "record"]

Cnil = Annotated[bool, Parameter(negative="", help="The self-assessment for the French exemption, from live settings, as Markdown.")]
Registry = Annotated[bool, Parameter(negative="", help="An entry for OpenDP's registry of deployments for each mart and release, as YAML.")]
Art30 = Annotated[bool, Parameter(negative="", help="The record of article 30(1), which is the only one there is.")]
To = Annotated[Path | None, Parameter(help="File to write; without it, standard output.")]


def label(*, cnil: Cnil = False, registry: Registry = False, home: Home = None, json: Json = False) -> None:
    """Print what released numbers promise and cost; or whether the French exemption's conditions hold, or registry entries."""
    if cnil or registry:
        with _facts(home) as (facts, _, _):
            if json:
                print_json(assessment(facts) if cnil else entries(facts))
            else:
                _print(assessment_text(facts) if cnil else registry_text(facts))
        return
    found = the_label(settings_of(home).trusted_proxies)
    print_json(msgspec.to_builtins(found)) if json else print_label(found)


def record(*, art30: Art30 = False, home: Home = None, json: Json = False) -> None:
    """Write the record of processing activities (GDPR, article 30) from settings, portals, marts and who may see numbers."""
    with _facts(home) as (facts, _, _):
        print_json(the_record(facts)) if json else _print(record_text(facts))


def dpia(*, to: To = None, home: Home = None, json: Json = False) -> None:
    """Write an impact assessment as the JSON that CNIL's tool PIA imports: 36 answers, measures, evaluations left open."""
    with _facts(home) as (facts, _, _):
        made = the_dpia(facts)
    if to is None:
        print_json(made)
        return
    to.write_bytes(msgspec.json.format(msgspec.json.encode(made)))
    print_json({"to": str(to)}) if json else console.print(f"Written to {to}.", markup=False)


def held(*, home: Home = None, json: Json = False) -> None:
    """List what this home holds of people, where, since when and until when, and what could be made of it."""
    with _facts(home) as (facts, control, now_ms):
        found = what_is_held(facts, control, now_ms)
    if json:
        print_json(msgspec.to_builtins(found))
        return
    rows = ((one.what, one.where, one.since, one.until, one.tells) for one in found)
    print_table(("what", "where", "since", "until", "what it tells"), rows, empty="")


@contextmanager
def _facts(home: str | None) -> Iterator[tuple[Facts, Control, int]]:
    with opened_control(home) as (control, settings):
        now_ms = make_clock(settings.now)()
        yield facts_of(settings, control, now_ms), control, now_ms


def _print(text: str) -> None:
    console.print(text, markup=False, soft_wrap=True, end="")
