"""Find the texts of pages again and bring the catalogues up to date: new ones are there to be translated, old ones are gone.

``python -m tools.update_messages``; a test calls ``untranslated``.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

PAGES = Path(__file__).parents[1] / "footfall" / "serve" / "pages"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
JINJA = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "trimmed": "true"}
OPTIONS = {"templates/**.html": JINJA, "templates/**.txt": JINJA}
KEYWORDS = {"_": None, "N_": None, "text": None, "gettext": None, "ngettext": (1, 2)}
COMMENT = "# Texts of the pages. `make messages` keeps the list; a test finds what is not translated."


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


def read(language: str, path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=language)


def untranslated(language: str, path: Path) -> list[str | tuple[str, ...]]:
    """Texts that the catalogue lacks, or has without a translation in every plural form."""
    catalogue = read(language, path)
    return [message.id for message in texts() if message.id and not _is_whole(catalogue.get(message.id))]


def _is_whole(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings)


def main() -> None:
    """Write each catalogue again, in the order of its texts."""
    for language, path in catalogues():
        before, after = read(language, path), Catalog(locale=language, header_comment=COMMENT)
        for message in texts():
            if message.id:
                known = before.get(message.id)
                after.add(message.id, known.string if known else "")
        head = f'{COMMENT}\nmsgid ""\nmsgstr ""\n"Language: {language}\\n"\n"Plural-Forms: {after.plural_forms}\\n"\n'
        with path.open("wb") as target:
            target.write((head + '"Content-Type: text/plain; charset=utf-8\\n"\n\n').encode())
            write_po(target, after, omit_header=True, sort_output=True, no_location=True, width=0)
        print(f"{path.relative_to(PAGES)}: {len(after)} texts, {len(untranslated(language, path))} without a translation")


if __name__ == "__main__":
    main()
