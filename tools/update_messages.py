"""Find the texts of pages and the sentences of errors again and bring the catalogues up to date: new ones are there to be translated,
old ones are gone.

``python -m tools.update_messages``; a test calls ``untranslated``.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from tools.find_sentences import ROOT, all_sentences, on_pages

PAGES = Path(__file__).parents[1] / "footfall" / "serve" / "pages"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
JINJA = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "trimmed": "true"}
OPTIONS = {"templates/**.html": JINJA, "templates/**.txt": JINJA}
KEYWORDS = {"_": None, "N_": None, "text": None, "gettext": None, "ngettext": (1, 2)}
COMMENT = "# Texts of the pages. `make messages` keeps the list; a test finds what is not translated."
SENTENCES = (
    "# Sentences of errors and of the audit log, in the words of the code. `make messages` adds errors; a test finds what nothing says."
)


@cache
def texts() -> Catalog:
    """Every text of code and templates."""
    found = Catalog()
    for _, _, message, _, _ in extract_from_dir(PAGES, METHODS, OPTIONS, keywords=KEYWORDS):
        found.add(message)
    return found


def catalogues() -> Iterator[tuple[str, Path]]:
    """Language and file of each."""
    for path in sorted(PAGES.glob("locale/*/LC_MESSAGES/messages.po")):
        yield path.parts[-3], path


def sentence_texts() -> list[str]:
    """What errors say on pages, each once."""
    return list(dict.fromkeys(said.template for said in on_pages(all_sentences()) if said.template))


@cache
def constants() -> frozenset[str]:
    """Every text that stands whole in the sources."""
    trees = (ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py"))
    constant = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(node.value for node in constant if isinstance(node.value, str))


def read(language: str, path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


def untranslated(language: str, path: Path) -> list[str | tuple[str, ...]]:
    """Texts and sentences that the catalogues lack, or have without a translation in every plural form."""
    catalogue, said = read(language, path), read(language, path.with_name("sentences.po"))
    lacking = [message.id for message in texts() if message.id and not _is_whole(catalogue.get(message.id))]
    return [*lacking, *(text for text in sentence_texts() if not _is_whole(said.get(text)))]


def _is_whole(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def main() -> None:
    """Write each catalogue again: texts of pages in their order, sentences as they stand with the new ones behind."""
    said = constants()
    for language, path in catalogues():
        before, after = read(language, path), Catalog(locale=language)
        for message in texts():
            if message.id:
                _carry(message.id, before, after)
        _write(after, path, COMMENT, is_sorted=True)
        before, after = read(language, path.with_name("sentences.po")), Catalog(locale=language)
        for text in dict.fromkeys([*(message.id for message in before if message.id in said), *sentence_texts()]):
            _carry(text, before, after)
        _write(after, path.with_name("sentences.po"), SENTENCES, is_sorted=False)
        print(f"{path.relative_to(PAGES)}: {len(untranslated(language, path))} without a translation")


def _carry(text: str | tuple[str, ...], before: Catalog, after: Catalog) -> None:
    known = before.get(text)
    after.add(text, known.string if known else "")


def _write(catalogue: Catalog, path: Path, comment: str, *, is_sorted: bool) -> None:
    head = f'{comment}\nmsgid ""\nmsgstr ""\n"Language: {catalogue.locale_identifier}\\n"\n"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    with path.open("wb") as target:
        target.write((head + '"Content-Type: text/plain; charset=utf-8\\n"\n\n').encode())
        write_po(target, catalogue, omit_header=True, sort_output=is_sorted, no_location=True, width=0)


if __name__ == "__main__":
    main()
