"""Tables, lists and errors as they are printed."""

import pytest

from footfall.cli.terminal import exit_code_of, print_error, print_table, words_of
from footfall.errors import BadQuestion, BadSetting, Conflict, NotFound, Unavailable


def test_table_shows_numbers_with_commas_and_nothing_as_a_dash(capsys):
    print_table(("page", "visitors", "rate"), [["/a[b]", 12345, 1.5], ["/c", None, 20.0]], empty="Nothing.")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["page", "visitors", "rate"], ["/a[b]", "12,345", "1.5"], ["/c", "–", "20"]]


def test_table_without_rows_is_its_sentence(capsys):
    print_table(("page",), [], empty="Nothing in this range.")
    assert capsys.readouterr().out == "Nothing in this range.\n"


@pytest.mark.parametrize(("given", "words"), [(None, ()), (("a,b", "c"), ("a", "b", "c")), (("",), ()), ((" a , ",), ("a",))])
def test_list_option_takes_commas_or_comes_again(given, words):
    assert words_of(given) == words


@pytest.mark.parametrize(("error", "code"), [(BadQuestion, 2), (BadSetting, 2), (NotFound, 1), (Conflict, 1), (Unavailable, 1)])
def test_exit_code_says_whether_the_words_were_wrong(error, code):
    assert exit_code_of(error("What is wrong.")) == code


def test_error_is_one_line_however_it_was_written(capsys):
    print_error(NotFound("No portal\n here."), as_json=False)
    assert capsys.readouterr().err == "footfall: No portal here.\n"
