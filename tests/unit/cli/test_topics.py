"""``footfall topics`` prints what would be read, and says what is wrong."""

import json

from footfall.cli.commands import run

TWO = "topics:\n  roads: {names: {en: Roads}, words: {en: [pothole], ru: [яма]}}\n  signs: {names: {en: Signs}, parent: roads}\n"


def test_title_has_topics_with_their_names(capsys, tmp_path):
    assert run(["topics", "of", "Запись в детский сад", "--language", "ru", "--home", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] | {"score": 1} == {"topic": "kindergartens", "name": "Детские сады", "score": 1}


def test_title_of_no_known_word_says_so(capsys, tmp_path):
    assert run(["topics", "of", "Lorem", "--home", str(tmp_path)]) == 0
    assert "No topic: no word of it is known." in capsys.readouterr().out


def test_text_below_a_title_that_says_nothing_tells_the_topic(capsys, tmp_path):
    text = "The library lends books. Library cards are free. Books are returned to any library."
    assert run(["topics", "of", "Lorem", "--text", text, "--home", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["topic"] == "libraries"


def test_list_shows_the_topics_of_the_citys_own_file(capsys, tmp_path, monkeypatch):
    (tmp_path / "own.yaml").write_text(TWO)
    monkeypatch.setenv("FOOTFALL_TOPICS_FILE", str(tmp_path / "own.yaml"))
    assert run(["topics", "list", "--home", str(tmp_path), "--json"]) == 0
    assert [topic["id"] for topic in json.loads(capsys.readouterr().out)] == ["roads", "signs"]
    assert run(["topics", "list", "--home", str(tmp_path)]) == 0
    assert "Signs" in capsys.readouterr().out


def test_check_says_what_a_file_holds_or_what_is_wrong(capsys, tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text(TWO)
    assert run(["topics", "check", str(file)]) == 0
    assert "Topics: 2, of these 1 of the first level. Words: 1 in en, 1 in ru." in capsys.readouterr().out
    file.write_text(TWO + "  more: {names: {en: More}, parent: none}\n")
    assert run(["topics", "check", str(file)]) == 2
    assert "Topic 'more': its parent 'none' is not there." in capsys.readouterr().err
    assert run(["topics", "check", str(tmp_path / "gone.yaml")]) == 1
