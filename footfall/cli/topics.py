"""``footfall topics``: what content can be about, a city's own list of it, and what a text is taken to be about."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of
from footfall.interests.topics import Classifier, Taxonomy, Topic, taxonomy

__all__ = ["app"]

app = App(name="topics", help="What content is about: list the topics, check a file of them, try them on a text.")
Language = Annotated[str, Parameter(help="Language of names, or of the text: en, ru …")]
Page = Annotated[str, Parameter(name="--path", help="Path of the page: patterns of topics are held against it.")]
Summary = Annotated[str, Parameter(help="What stands below the title; its words weigh half as much.")]
Text = Annotated[str, Parameter(help="The page's text; its words weigh little, for many stand on every page.")]


@app.command(name="list")
def list_topics(*, language: Language = "en", home: Home = None, json: Json = False) -> None:
    """List the topics that items are sorted by: the built-in ones, or those of setting topics_file."""
    topics = taxonomy(settings_of(home).topics_file)
    if json:
        print_json([_as_json(topic) for topic in topics])
        return
    rows = ((topic.id, topic.name(language), topic.parent, _words(topic), ", ".join(topic.paths)) for topic in topics)
    print_table(("id", "name", "in", "words", "paths"), rows, empty="No topics.")


@app.command(name="check")
def check_topics(file: Path, /, *, home: Home = None, json: Json = False) -> None:
    """Read a file of topics as the setting topics_file would, and say what it holds; a fault is named with its line or topic.

    Parameters
    ----------
    file
        YAML: topics by id, with names, words and paths.
    """
    topics = taxonomy(str(file))
    first, words = sum(not topic.parent for topic in topics), _words_by_language(topics)
    if json:
        print_json({"topics": len(topics), "first_level": first, "words": words})
        return
    told = ", ".join(f"{number:,} in {language}" for language, number in words.items())
    console.print(f"Topics: {len(topics)}, of these {first} of the first level. Words: {told or 'none'}.", markup=False)


@app.command(name="of")
def topics_of(
    title: str,
    /,
    *,
    summary: Summary = "",
    text: Text = "",
    path: Page = "",
    language: Language = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Topics that a page would be given, with scores from 0.2 to 1, best first; what editors corrected is not looked at.

    Parameters
    ----------
    title
        Title of a page, or any text.
    """
    topics = taxonomy(settings_of(home).topics_file)
    found = Classifier.fit(topics).topics_of(title, summary, text, path, language)
    if json:
        print_json([{"topic": id, "name": topics[id].name(language), "score": score} for id, score in found])
        return
    rows = ((id, topics[id].name(language), score) for id, score in found)
    print_table(("topic", "name", "score"), rows, empty="No topic: no word of it is known. `footfall topics list` shows what is.")


def _as_json(topic: Topic) -> dict[str, object]:
    return {"id": topic.id, "names": topic.names, "parent": topic.parent, "words": topic.words, "paths": topic.paths}


def _words(topic: Topic) -> int:
    return sum(len(words) for words in topic.words.values())


def _words_by_language(topics: Taxonomy) -> dict[str, int]:
    found: dict[str, int] = {}
    for topic in topics:
        for language, words in topic.words.items():
            found[language] = found.get(language, 0) + len(words)
    return found
