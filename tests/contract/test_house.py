"""The house rules a machine can hold: where SQL stands, what is public, how long a module is, how an error looks."""

import ast
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest

import footfall
from footfall import errors
from footfall.collect.pipeline import REASONS
from footfall.serve.pages.words import REFUSAL_NAMES, REMEDY_NAMES

ROOT = Path(footfall.__file__).parent
MODULES = sorted(module.name for module in pkgutil.walk_packages(footfall.__path__, "footfall.") if "migrations" not in module.name)
SOURCES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)
SQL_ROOMS = ("reports", "sources", "store", "control")
SQL = re.compile(r"\b(SELECT\s+.+\s+FROM|INSERT\s+INTO|ALTER\s+TABLE|DELETE\s+FROM)\b", re.DOTALL)


@cache
def tree_of(path):
    return ast.parse(path.read_text())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_stands_only_in_its_rooms(path):
    if path.relative_to(ROOT).parts[0] in SQL_ROOMS or path.name == "checkpoints.py":
        return
    strings = [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert [text for text in strings if SQL.search(text)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_has_a_docstring_and_at_most_400_lines(path):
    assert path.read_text().count("\n") <= 400
    assert ast.get_docstring(tree_of(path)), "say in a line what the module is for"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_import_nothing_and_stay_under_60_lines(path):
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
            assert inner == [], f"{node.name} imports inside its body"
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("name", MODULES)
def test_public_names_exist(name):
    if name.endswith("__main__"):
        return
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", ()):
        assert hasattr(module, public), f"{name}.__all__ names {public}, which is not there"


def test_every_error_has_its_own_code_and_a_place_in_the_tree():
    classes = [getattr(errors, name) for name in errors.__all__]
    codes = [cls.code for cls in classes]
    assert len(set(codes)) == len(codes)
    for cls in classes:
        assert cls.__name__ in errors.__doc__
        assert cls("What is wrong.").as_json() == {"error": "What is wrong.", "code": cls.code}


def test_only_the_engine_speaks_to_clickhouse():
    importers = [path for path in SOURCES if re.search(r"^\s*(import|from) (chdb|clickhouse_connect)", path.read_text(), re.MULTILINE)]
    assert [str(path.relative_to(ROOT)) for path in importers] == ["store/engine.py"]


def test_a_server_reads_rooms_of_scipy_when_it_first_needs_them():
    """``import scipy`` reads none of them; one named in an import is read before every start. Attacks are played by a command alone."""
    early = re.compile(r"^(from|import) scipy\.", re.MULTILINE)
    assert [path.name for path in SOURCES if early.search(path.read_text()) and "attacks" not in path.parts] == []


def test_only_serve_cli_and_demo_read_a_clock():
    clock = re.compile(r"\btime\.time(_ns)?\(|datetime\.now\(|datetime\.utcnow\(|date\.today\(")
    readers = {path.relative_to(ROOT).parts[0] for path in SOURCES if clock.search(path.read_text())}
    assert readers <= {"serve", "cli", "demo"}


def test_every_reason_for_refusing_is_explained_on_the_set_up_page():
    assert set(REFUSAL_NAMES) == set(REMEDY_NAMES) == set(REASONS)
