"""Writes docs/settings.md from the Settings struct: names, environment, defaults and the sentence below each field."""

import ast
import inspect
from itertools import pairwise
from pathlib import Path

from footfall import settings
from footfall.settings import Settings

HEAD = """# Settings

Given, in order of weight, by command-line flag, by environment, by `footfall.toml` in the home folder, by default. A wrong value or
an unknown name is refused at start with what is valid (exit code 2). A list has commas between in the
environment and is an array in TOML. Passwords, secrets and the key are masked wherever settings are shown.
This page is made by `make docs`.

| setting (TOML) | environment | default | what it does |
|---|---|---|---|
"""


def settings_page() -> str:
    """The whole page as Markdown; one row a field, in the struct's order."""
    defaults = Settings()
    rows = []
    for name, meaning in _sentences().items():
        default = getattr(defaults, name)
        shown = "" if default in ("", ()) else f"`{default}`"
        rows.append(f"| `{name}` | `FOOTFALL_{name.upper()}` | {shown} | {meaning} |")
    return HEAD + "\n".join(rows) + "\n"


def _sentences() -> dict[str, str]:
    """Field name to the docstring that follows it in the source."""
    tree = ast.parse(inspect.getsource(settings))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Settings").body
    pairs = pairwise(body)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in pairs
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
    }


if __name__ == "__main__":
    Path(__file__).parent.parent.joinpath("docs", "settings.md").write_text(settings_page(), encoding="utf-8")
