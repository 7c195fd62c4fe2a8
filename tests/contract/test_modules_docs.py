"""Each of the eight modules has a page that names its built-in contracts, and whose example is a contract."""

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

from footfall.demo.datasets.folder import OFFICES
from footfall.demo.datasets.under_contract import BUILT_IN
from footfall.sources.contract import Contract
from footfall.sources.odcs import read_contract

DOCS = Path(__file__).parents[2] / "docs"
MODULES = get_args(Contract.__annotations__["module"])
BUILT_INS = [read_contract(path.read_bytes()) for path in files("footfall.sources").joinpath("builtin").iterdir()]


def page(module: str) -> str:
    return (DOCS / "modules" / f"{module}.md").read_text("utf-8")


def test_there_is_a_page_for_each_module_and_the_others_lead_to_it() -> None:
    assert {path.stem for path in (DOCS / "modules").glob("*.md")} == set(MODULES)
    for text, folder in (
        ((DOCS / "sources.md").read_text("utf-8"), "modules"),
        ((DOCS.parent / "README.md").read_text("utf-8"), "docs/modules"),
    ):
        assert set(re.findall(rf"\({folder}/(\w+)\.md\)", text)) == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_page_names_every_built_in_contract_of_its_module_and_no_other(module: str) -> None:
    table = re.search(r"^\| Built-in contract .*?\n\n", page(module), re.MULTILINE | re.DOTALL)
    assert table and set(re.findall(r"^\| `([\w-]+)` \|", table[0], re.MULTILINE)) == {one.id for one in BUILT_INS if one.module == module}


@pytest.mark.parametrize("module", MODULES)
def test_example_of_the_page_is_a_contract_of_its_module_that_is_loaded_below(module: str) -> None:
    [text] = re.findall(r"```yaml\n(.*?)```", page(module), re.DOTALL)
    found = read_contract(text)
    assert found.module == module and f"$ footfall sources load {found.id} " in page(module)


def test_every_built_in_contract_but_those_of_databases_has_files_made_for_it() -> None:
    made = set(BUILT_IN.values())
    assert {one.id for one in BUILT_INS} - made == {"wifi-sql", "geodata-tracks"} and set(BUILT_IN) == set(OFFICES)
