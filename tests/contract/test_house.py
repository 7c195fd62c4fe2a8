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


@pytest.fixture(scope="module", autouse=True)
def trees():
    """Gone after the last test here: a million objects, through which the tests of other modules would look for garbage."""
    yield
    tree_of.cache_clear()


def named(path):
    return str(path.relative_to(ROOT))


def strings(path):
    return [node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def functions():
    """With the file that each is in."""
    for path in SOURCES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield named(path), node


def test_sql_stands_only_in_its_rooms():
    elsewhere = [path for path in SOURCES if path.relative_to(ROOT).parts[0] not in SQL_ROOMS and path.name != "checkpoints.py"]
    assert [(named(path), text) for path in elsewhere for text in strings(path) if SQL.search(text)] == []


def test_module_has_at_most_400_lines():
    assert [named(path) for path in SOURCES if path.read_text().count("\n") > 400] == []


def test_module_says_in_a_line_what_it_is_for():
    assert [named(path) for path in SOURCES if not ast.get_docstring(tree_of(path))] == []


def test_functions_import_nothing():
    imports = ast.Import | ast.ImportFrom
    assert [(file, one.name) for file, one in functions() if any(isinstance(child, imports) for child in ast.walk(one))] == []


def test_functions_stay_under_60_lines():
    assert [(file, one.name) for file, one in functions() if (one.end_lineno or 0) - one.lineno >= 60] == []


def test_public_names_exist():
    modules = [importlib.import_module(name) for name in MODULES if not name.endswith("__main__")]
    public = [(module, name) for module in modules for name in getattr(module, "__all__", ())]
    assert [(module.__name__, name) for module, name in public if not hasattr(module, name)] == []
    assert len(public) > 1000


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
