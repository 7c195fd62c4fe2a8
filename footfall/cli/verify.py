"""``footfall verify``: is the ledger sound, and what do the released numbers promise?"""

from typing import Annotated, Any

import msgspec
from cyclopts import Parameter

from footfall.cli.backend import open_backend
from footfall.cli.terminal import DONE, FAILED, Home, Json, console, print_json, print_table, settings_of
from footfall.privacy.budget import DELTA
from footfall.serve.label import Label, MartLabel
from footfall.serve.shapes import Verified

__all__ = ["print_label", "verify"]

Held = Annotated[str, Parameter(help="A hash that was kept, of those under /ledger: is it still a line's?")]
MARKS = {"ok": "[green]ok  [/]", "note": "[yellow]note[/]", "bad": "[red]BAD [/]"}
MARTS = ("mart", "keys", "share, %", "L0", "ρ", "σ", "τ", "τ, secret keys")

COSTS = ("what a visitor is charged", "ρ", f"ε at δ {DELTA:g}", "best guess who was there (AUC)")


def verify(*, head: Held = "", home: Home = None, json: Json = False) -> int:
    """Hold the ledger of released numbers against opendp, caps and table, and print what is promised. Exit code 1 if it differs."""
    with open_backend(settings_of(home)) as backend:
        found = backend.verify(head)
    if json:
        print_json(msgspec.to_builtins(found))
    else:
        _print_checks(found)
        print_label(found.label)
    return FAILED if any(check.level == "bad" for check in found.checks) else DONE


def _print_checks(found: Verified) -> None:
    for check in found.checks:
        console.print(MARKS[check.level], end=" ")
        console.print(f"{check.check}: {check.says}", markup=False, soft_wrap=True)
    newest = f"{found.lines:,} lines, the newest is {found.head}" if found.lines else "nothing was drawn yet"
    console.print(f"Ledger: {newest}.", markup=False, soft_wrap=True)


def print_label(label: Label) -> None:
    """As tables, on stdout."""
    console.print(f"\nWhat is promised, to each {label.unit}", style="bold", markup=False)
    for release in label.releases:
        console.print(f"\n{release.release}: ρ {release.rho:g} a day, no cell under {release.cohort}", markup=False)
        print_table(MARTS, map(_row, release.marts), empty="")
    console.print("")
    costs = ((cost.of, f"{cost.rho:.3f}", f"{cost.epsilon:.2f}", f"{cost.auc:.3f}") for cost in label.costs)
    print_table(("what a visitor is charged", "ρ", f"ε at δ {label.delta:g}", "best guess who was there (AUC)"), costs, empty="")
    sums = f"δ adds up too: {label.delta_a_day:g} a day and {label.delta_a_month:.3g} in 31 days, both releases together."
    console.print(sums, markup=False, soft_wrap=True)
    reach = label.reach
    console.print(f"\n{reach.says}", markup=False, soft_wrap=True)
    noise = f"ρ {reach.rho:g} a day to each {reach.unit}, at most {reach.groups} groups, σ {reach.sigma:.1f}, τ {reach.threshold}"
    console.print(f"{noise}; an account of its own, at most ρ {reach.most_a_month:g} in a month.", markup=False, soft_wrap=True)
    costs = ((cost.of, f"{cost.rho:.3f}", f"{cost.epsilon:.2f}", f"{cost.auc:.3f}") for cost in reach.costs)
    print_table(COSTS, costs, empty="")
    console.print("\nWhat is not stopped", style="bold")
    for sentence in label.not_stopped:
        console.print(f"- {sentence}", markup=False, soft_wrap=True)
    console.print(label.proxy, markup=False, soft_wrap=True)


def _row(mart: MartLabel) -> tuple[Any, ...]:
    secret = mart.secret_threshold or None
    return mart.mart, " ".join(mart.keys), mart.share, mart.cells, f"{mart.rho:g}", f"{mart.sigma:.1f}", mart.threshold, secret
