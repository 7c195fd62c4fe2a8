"""Finds the sentences of errors in the sources, by their syntax trees: what is raised, and whether pages can say it in another language."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import msgspec

from footfall import errors, sentences

__all__ = ["ROOT", "Said", "all_sentences", "names_in", "on_pages", "said_in"]

ROOT = Path(errors.__file__).parent
KINDS = {"Sentence", *errors.__all__} - {"BadSetting"}
"""What carries a sentence. A bad setting stops the start: no page is there to say it."""
NEVER_ON_PAGES = (
    "cli/", "collect/", "demo/", "settings.py", "serve/aggregates.py", "serve/answers_v1.py", "serve/imports.py", "serve/keys.py",
    "serve/limits.py", "serve/sites.py", "serve/unpacking.py", "serve/recommend.py", "serve/service_keys.py", "serve/placements.py",
    "serve/webhooks.py", "serve/quotas.py", "serve/feedback.py", "serve/recommendation_ids.py", "client.py",
)  # fmt: skip
"""Commands, trackers and the API alone: their sentences stay English."""
ALREADY_SAID = ("sentence", "fault")
"""Attributes that hold a Sentence."""


class Said(msgspec.Struct, frozen=True):
    """A sentence where it is written."""

    place: str
    """File under footfall, and line."""
    template: str | None
    """``None`` where it is put together out of sight: nothing can translate that."""
    values: frozenset[str]
    """Names given beside it."""


@cache
def all_sentences() -> tuple[Said, ...]:
    """Every sentence that errors carry, by file and line."""
    paths = sorted(ROOT.rglob("*.py"))
    return tuple(said for path in paths for said in said_in(path.read_text("utf-8"), path.relative_to(ROOT).as_posix()))


def on_pages(found: Iterable[Said]) -> list[Said]:
    """Those that a page may have to say."""
    return [said for said in found if not said.place.startswith(NEVER_ON_PAGES)]


def names_in(template: str, values: Iterable[str] = ("any",)) -> set[str]:
    """What a template quotes; without values braces are braces.

    >>> sorted(names_in("Step {place} names {goal!r}."))
    ['goal', 'place']
    """
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None} if values else set()


def said_in(source: str, name: str) -> Iterator[Said]:
    """The sentences of one file, in the order of its tree.

    >>> head = "from footfall.errors import NotFound\\n"
    >>> [(said.template, sorted(said.values)) for said in said_in(head + 'NotFound("No note {id} here.", id=7)', "x.py")]
    [('No note {id} here.', ['id'])]
    >>> [said.template for said in said_in(head + 'NotFound(f"No note {id} here.")', "x.py")]
    [None]
    """
    tree = ast.parse(source)
    kinds = _kinds(tree)
    texts, known = _texts(tree), _known_sentences(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in kinds and call.args:
            first = call.args[0]
            if not _is_sentence(first, known):
                values = frozenset(word.arg or "**" for word in call.keywords if word.arg != "retry_after_s")
                yield Said(f"{name}:{call.lineno}", _constant(first, texts), values)


def _kinds(tree: ast.Module) -> set[str]:
    """What carries a sentence here: taken from errors and sentences, or a kind of error that the module adds."""
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module in ("footfall.errors", "footfall.sentences"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    own = {node.name for node in classes if any(isinstance(base, ast.Name) and base.id in KINDS for base in node.bases)}
    return own | KINDS & {*(alias.name for node in imports for alias in node.names), *(node.name for node in classes)}


def _texts(tree: ast.Module) -> dict[str, str]:
    """The module's constants that are texts."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            text = _constant(node.value, {})
            found |= {node.targets[0].id: text} if text is not None else {}
    return found


def _known_sentences(tree: ast.Module) -> set[str]:
    """Names that surely hold a Sentence, which is found where it is made: constants, parameters so annotated, functions that answer one."""
    found = {*sentences.__all__} - {"Sentence"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _is_named(node.value.func):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef) and _is_named(node.returns):
            found.add(node.name)
        elif isinstance(node, ast.arg) and _is_named(node.annotation):
            found.add(node.arg)
    return found


def _is_named(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Name) and node.id == "Sentence"


def _is_sentence(node: ast.expr, known: set[str]) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in ALREADY_SAID
    name = node.func if isinstance(node, ast.Call) else node
    return isinstance(name, ast.Name) and name.id in known


def _constant(node: ast.expr, texts: dict[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return texts.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
