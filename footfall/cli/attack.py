"""``footfall attack``: do the attacks of the literature still fail, on what this version releases and on what this home holds?"""

from pathlib import Path
from typing import Any

import msgspec

from footfall.cli.backend import open_backend
from footfall.cli.terminal import DONE, FAILED, Home, Json, console, make_progress, print_json, print_table, settings_of
from footfall.privacy.attacks.outcome import Attack
from footfall.serve.attacking import Report, made_up_attacks, newest_report, write_report
from footfall.serve.clock import make_clock
from footfall.settings import Settings

__all__ = ["attack"]

COLUMNS = ("attack", "what", "rate", "bar", "", "seconds")


def attack(*, home: Home = None, json: Json = False) -> int:
    """Attack what is released, on a made-up city and on this home, and write a report. Exit code 1 if an attack succeeds."""
    settings = settings_of(home)
    path = write_report(settings.home_path, _made(settings), make_clock(settings.now)())
    report = newest_report(settings.home_path, path.stem)
    assert report is not None
    if json:
        print_json(msgspec.to_builtins(report))
    else:
        _print(report, path)
    return DONE if report.passed else FAILED


def _made(settings: Settings) -> tuple[Attack, ...]:
    """All attacks: those on a made-up city here, those on the home where its store is open."""
    waiting = made_up_attacks()
    with make_progress() as bar, open_backend(settings) as backend:
        task = bar.add_task("A made-up city", total=len(waiting) + 1)
        found = []
        for one in waiting:
            found.append(one())
            bar.advance(task)
        bar.update(task, description="This home")
        found += backend.attacks()
        bar.advance(task)
    return tuple(sorted(found, key=_place))


def _place(attack: Attack) -> tuple[int, str]:
    number, _, rest = attack.name.removeprefix("A").partition(" ")
    return int(number), rest


def _print(report: Report, path: Path) -> None:
    print_table(COLUMNS, map(_row, report.attacks), empty="")
    for attack in report.attacks:
        if not attack.passed:
            console.print(f"{attack.name} SUCCEEDED. {attack.tried}. {attack.detail}", markup=False, soft_wrap=True)
    repelled = sum(attack.passed for attack in report.attacks)
    console.print(f"{repelled} of {len(report.attacks)} attacks were repelled. Report: {path}", markup=False, soft_wrap=True)


def _row(attack: Attack) -> tuple[Any, ...]:
    return attack.name, attack.title, f"{attack.rate:.3g}", f"{attack.bar:.3g}", "ok" if attack.passed else "SUCCEEDED", attack.seconds
