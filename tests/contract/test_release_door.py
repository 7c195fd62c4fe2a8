"""Nothing that answers a question leaves without the gate: only the named modules hold raw answers, and they give out released ones."""

import ast
from pathlib import Path
from typing import get_type_hints

import pytest

import footfall
from footfall.privacy import Released
from footfall.reports import forms, funnels, journeys, shape
from footfall.serve.pages import graph, panels, portal
from footfall.serve.pages.world import draw_world
from footfall.vocabulary import Answer

ROOMS = ("serve", "cli", "demo")
RAW = {
    "footfall.reports": {"run", "overview", "marts", "reach", "measures", "forms", "funnels", "journeys", "beginning"},
    "footfall.reports.run": {"answer", "answer_of", "fetch", "realtime_visitors", "with_data"},
    "footfall.reports.funnels": {"funnel", "taken_rows"},
    "footfall.reports.journeys": {"journey"},
    "footfall.reports.forms": {"forms"},
    "footfall.reports.overview": {"glance", "visitors_by_time"},
    "footfall.reports.marts": {"answer_from_marts", "first_drawn"},
    "footfall.reports.reach": {"reach_by_day"},
    "footfall.reports.measures": {"measure_by"},
    "footfall.reports.beginning": {"first_days"},
    "footfall.store": {"marts", "attacked", "activity", "shown", "visit_paths"},
    "footfall.store.marts": {"bounded_counts", "counted_together", "known_keys", "cells_of"},
    "footfall.store.attacked": {"*"},
    "footfall.store.visit_paths": {"visit_paths"},
    "footfall.store.shown": {"shown_by", "shown_by_chance"},
    "footfall.store.activity": {"few_visitor_days", "refusals_by_day", "refusals_by_reason"},
}
"""What hands out what is not released yet, by the module it is imported from; ``*`` is everything."""
DOORS = {
    "serve/answers.py",
    "serve/answers_paths.py",
    "serve/aggregates.py",
    "serve/reach.py",
    "serve/city_data.py",
    "serve/pages/overview.py",
}
"""They hold raw answers, and give out released ones."""
NUMBERS = {
    "serve/closing.py": {"footfall.store.marts.counted_together", "footfall.store.marts.known_keys", "footfall.store.marts.cells_of"},
    "serve/attacking.py": {"footfall.store.attacked"},
    "serve/reaching.py": {"footfall.store.marts.cells_of"},
    "serve/learner.py": {"footfall.store.shown.shown_by"},
    "serve/evaluating.py": {"footfall.store.visit_paths.visit_paths"},
    "serve/judging.py": {"footfall.store.shown.shown_by_chance"},
    "serve/placement_results.py": {"footfall.store.shown.shown_by"},
    "serve/state.py": {"footfall.store.activity.few_visitor_days", "footfall.store.activity.refusals_by_reason"},
    "serve/pages/setup.py": {"footfall.store.activity.few_visitor_days"},
    "serve/pages/refused.py": {"footfall.store.activity.refusals_by_day"},
    "serve/pages/portal.py": {"footfall.reports.beginning.first_days"},
}
"""Besides them: who draws, who attacks, who learns and replays, and who asks for single numbers (``release_count``) or days."""
ASKING = {
    "serve/house.py": {"SELECT 1"},
    "serve/reaching.py": {"SELECT 1"},
    "serve/aggregates.py": set(),
    "serve/interest_marts.py": set(),
    "serve/loading_sources.py": set(),
    "serve/city_data.py": {"outlines"},
}
"""Who speaks to the store itself, and in what words if not those of rows that were released."""
BY_NAME = {
    "serve/attacking.py": {"footfall.privacy.attacks.suite"},
    "cli/__init__.py": {"footfall.cli.commands"},
    "cli/backend.py": {"footfall.cli.in_process"},
}
"""Modules that are only loaded where they are needed."""
PAGES = {("serve/pages/overview.py", "load"), ("serve/pages/overview.py", "_with_sparks")}
"""They release what they asked for, part by part, and give out a page."""
EMITTERS = (shape.as_json, graph.draw, portal.cards_of, funnels.taken, journeys.neighbours, forms.form_paths, draw_world)
"""What makes pages and files of answers."""


def leaks(package):
    """Every place in the package where something could get past the gate, with why."""
    found = []
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            name = path.relative_to(package).as_posix()
            tree = ast.parse(path.read_text())
            raw = _raw_names(tree)
            extra = sorted(raw.values() if name not in DOORS else (), key=str)
            found += [f"{name} imports {one}" for one in extra if one not in NUMBERS.get(name, ())]
            found += [f"{name} {why}" for why in (*_by_hand(tree), *_asks(tree, name), *_by_name(tree, name))]
            found += [f"{name} returns an unreleased answer from {one}" for one in (_bare(tree, name, set(raw)) if name in DOORS else ())]
    return found


def _raw_names(tree):
    """What is imported of what hands out raw answers: local name and whole name."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            wanted = RAW.get(node.module or "", set())
            for alias in node.names:
                if alias.name in wanted or "*" in wanted or (wanted and alias.name == "*"):
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}" if "*" not in wanted else str(node.module)
        if isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: alias.name for alias in node.names if alias.name in RAW}
    return found


def _by_hand(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Released":
            yield "makes a Released by hand"
        if isinstance(node, ast.Attribute | ast.Name) and (getattr(node, "attr", "") or getattr(node, "id", "")) == "_DOOR":
            yield "takes the gate's key"


def _asks(tree, name):
    """SQL of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("query", "command", "as_parquet"):
            if ast.unparse(node.func.value) == "app":
                continue
            said = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            if name not in ASKING or (ASKING[name] and not said <= ASKING[name]):
                yield "asks the store itself"


def _by_name(tree, name):
    """Modules under another name than an import would show."""
    for node in ast.walk(tree):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if called.rpartition(".")[2] in ("import_module", "__import__", "exec", "eval"):
            said = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            if not said or not said <= BY_NAME.get(name, set()):
                yield "loads a module by its name"
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.modules":
            yield "loads a module by its name"


def _bare(tree, name, raw):
    """A door's functions that ask for raw answers and do not say that they give out a released one, or that give out another."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.unparse(node.returns) if node.returns else "Answer"
            names = {one.id for one in ast.walk(ast.parse(said)) if isinstance(one, ast.Name)}
            asks = not raw.isdisjoint(_called(node)) and said != "None" and (name, node.name) not in PAGES
            if "Released" not in names and (asks or not names.isdisjoint({"Answer", "Measured"})):
                yield node.name


def _called(function):
    """Names that it calls, or calls something of."""
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {part.id for call in calls for part in ast.walk(call) if isinstance(part, ast.Name)}


def test_no_page_endpoint_or_command_holds_a_raw_answer():
    assert leaks(Path(footfall.__file__).parent) == []


def test_each_door_is_one():
    package = Path(footfall.__file__).parent
    assert {name for name in DOORS if _raw_names(ast.parse((package / name).read_text()))} == DOORS


@pytest.mark.parametrize("emitter", EMITTERS, ids=lambda emitter: emitter.__name__)
def test_what_makes_pages_and_files_takes_released_answers_alone(emitter):
    assert next(iter(get_type_hints(emitter).values())) == Released[Answer]
    with pytest.raises(AttributeError, match="'Answer' object has no attribute 'answer'"):
        emitter(Answer(rows=(), meta={}, query={}), *[None] * (emitter in (graph.draw, journeys.neighbours)))


def test_a_panel_holds_a_released_answer():
    assert get_type_hints(panels.Shown)["released"] == Released[Answer] | None


PLANTED = {
    "a door's own function": ("serve/leak.py", "from footfall.reports.run import answer\n"),
    "under another name": ("serve/pages/leak.py", "from footfall.reports import run as quick\n"),
    "a whole module": ("cli/leak.py", "import footfall.reports.run\n"),
    "everything": ("cli/star.py", "from footfall.reports.funnels import *\n"),
    "forms": ("serve/leak.py", "from footfall.reports.forms import forms\n"),
    "the first days": ("serve/leak.py", "from footfall.reports.beginning import first_days\n"),
    "sums of placements": ("serve/pages/leak.py", "from footfall.store.shown import shown_by\n"),
    "true counts": ("cli/leak.py", "from footfall.store.marts import bounded_counts\n"),
    "true counts by their module": ("cli/leak.py", "from footfall.store import marts\n"),
    "what attacks see": ("serve/leak.py", "from footfall.store.attacked import uniqueness\n"),
    "visits": ("serve/learner.py", "from footfall.store.visit_paths import visit_paths\n"),
    "a module by its name": ("serve/leak.py", "import importlib\n\nrun = importlib.import_module('footfall.reports.run')\n"),
    "a module that is there": ("serve/leak.py", "import sys\n\nrun = sys.modules['footfall.reports.run']\n"),
    "SQL": ("serve/leak.py", "def quick(desk) -> list:\n    return desk.engine.query('SELECT path, count() FROM events GROUP BY path')\n"),
    "SQL where one may ask": ("serve/house.py", "def quick(desk) -> list:\n    return desk.engine.query('SELECT path FROM events')\n"),
    "a forged one": ("serve/forge.py", "from footfall.privacy import Released\n\nmine = Released(1, 'exact', object())\n"),
    "the key": ("serve/steal.py", "from footfall.privacy import release\n\nkey = release._DOOR\n"),
    "a door left open": (
        "serve/answers.py",
        "from footfall.reports import run\n\n\ndef quick(question) -> Answer:\n    return run.answer(question)\n",
    ),
    "a door that gives out a file": (
        "serve/answers.py",
        "from footfall.reports import run\n\n\ndef quick(question) -> dict:\n    return as_json(run.answer(question))\n",
    ),
}


@pytest.mark.parametrize("leak", PLANTED)
def test_a_planted_leak_is_caught(tmp_path, leak):
    name, text = PLANTED[leak]
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert {why.split()[0] for why in leaks(tmp_path)} == {name}
