"""What the wheel must hold is in it: every package, and every file that is no Python but is read by it."""

import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATTERNS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["footfall"]
ONLY_BUILT_FROM = ("footfall/collect/tracker/src/", "footfall/serve/pages/src/")
FILES = [
    path
    for path in subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "footfall"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if (ROOT / path).is_file() and not path.startswith(ONLY_BUILT_FROM)
]
MATCHED = {str(found.relative_to(ROOT)) for pattern in PATTERNS for found in (ROOT / "footfall").glob(pattern)}


def test_every_file_that_is_no_python_is_named_by_package_data():
    others = {path for path in FILES if not path.endswith(".py")}
    assert others - MATCHED == set(), "add a pattern to package-data in pyproject.toml"
    assert len(others) > 100


def test_every_folder_with_modules_is_a_package():
    folders = {str(Path(path).parent) for path in FILES if path.endswith(".py")}
    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []
