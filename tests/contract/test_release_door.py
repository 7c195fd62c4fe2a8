"""Nothing that answers a question leaves without the gate: only the named modules hold raw answers, and they give out released ones."""

import ast
import re
from pathlib import Path

import pytest

import footfall

ROOMS = ("serve", "cli", "demo")
RAW = {
    "footfall.reports": {"run", "overview", "funnels", "journeys", "marts", "reach", "measures"},
    "footfall.reports.run": {"answer", "answer_of", "realtime_visitors"},
    "footfall.reports.funnels": {"funnel"},
    "footfall.reports.journeys": {"journey"},
    "footfall.reports.overview": {"glance", "visitors_by_time"},
    "footfall.reports.marts": {"answer_from_marts"},
    "footfall.reports.reach": {"reach_by_day"},
    "footfall.reports.measures": {"measure_by"},
}
"""What hands out answers that are not released yet, by the module it is imported from."""
DOORS = {
    "serve/answers.py",
    "serve/answers_paths.py",
    "serve/aggregates.py",
    "serve/reach.py",
    "serve/city_data.py",
    "serve/pages/overview.py",
}


def leaks(package):
    """Every place in the package where an answer could get past the gate, with why."""
    found = []
    for room in ROOMS:
        for path in sorted((package / room).rglob("*.py")):
            name = path.relative_to(package).as_posix()
            tree = ast.parse(path.read_text())
            raw = sorted(_raw_names(tree))
            if raw and name not in DOORS:
                found.append(f"{name} imports {', '.join(raw)}")
            found += [f"{name} {why}" for why in _by_hand(tree)]
            found += [f"{name} returns an unreleased answer from {one}" for one in _bare(tree) if raw]
    return found


def _raw_names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            wanted = RAW.get(node.module or "", set())
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name in wanted or (wanted and alias.name == "*"))
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in RAW)


def _by_hand(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Released":
            yield "makes a Released by hand"
        if isinstance(node, ast.Attribute | ast.Name) and (getattr(node, "attr", "") or getattr(node, "id", "")) == "_DOOR":
            yield "takes the gate's key"


def _bare(tree):
    """Functions whose return type names a raw answer anywhere else than in ``Released[…]``, or is missing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.unparse(node.returns) if node.returns else "Answer"
            if re.search("Answer|Measured", re.sub(r"Released\[(Answer|Measured)\]", "", said)):
                yield node.name


def test_no_page_endpoint_or_command_holds_a_raw_answer():
    assert leaks(Path(footfall.__file__).parent) == []


def test_each_door_is_one():
    package = Path(footfall.__file__).parent
    assert {name for name in DOORS if list(_raw_names(ast.parse((package / name).read_text())))} == DOORS


PLANTED = {
    "serve/leak.py": "from footfall.reports.run import answer\n",
    "serve/pages/leak.py": "from footfall.reports import run as quick\n",
    "cli/leak.py": "import footfall.reports.run\n",
    "cli/star.py": "from footfall.reports.funnels import *\n",
    "serve/forge.py": "from footfall.privacy import Released\n\nmine = Released(1, 'exact', object())\n",
    "serve/steal.py": "from footfall.privacy import release\n\nkey = release._DOOR\n",
    "serve/answers.py": "from footfall.reports import run\n\n\ndef quick(question) -> Answer:\n    return run.answer(question)\n",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_leak_is_caught(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(PLANTED[name])
    assert [why.split()[0] for why in leaks(tmp_path)] == [name]
