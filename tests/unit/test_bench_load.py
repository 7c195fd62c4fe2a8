"""What is measured beside merges says so."""

import pytest

from bench.load import wait_for_merges


class Merging:
    """An engine whose merges end after so many questions."""

    def __init__(self, questions):
        self.questions = questions

    def query(self, sql):
        self.questions -= 1
        return [(max(0, self.questions),)]


@pytest.mark.parametrize(("questions", "said"), [(1, ""), (3, ""), (10**9, "merges still run after 0.3 s")])
def test_merges_that_do_not_end_are_told(capsys, questions, said):
    wait_for_merges(Merging(questions), 0.3)
    printed = capsys.readouterr().out
    assert said in printed and bool(said) == bool(printed)
