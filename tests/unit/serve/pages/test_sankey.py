"""Drawn flows: every link has its ribbon, and nothing stands outside the picture."""

from footfall.serve.pages.sankey import BAR, HEIGHT, WIDTH, Link, draw_sankey


def test_nothing_is_drawn_of_nothing():
    assert draw_sankey([]) is None


def test_a_name_in_two_columns_is_two_bars_and_all_fit():
    drawn = draw_sankey([Link(0, "/", "/news", 30), Link(0, "/", "/map", 10), Link(1, "/news", "/", 20), Link(1, "/news", "(exit)", 10)])
    assert [(node.column, node.name, node.value) for node in drawn.nodes] == [
        (0, "/", 40), (1, "/news", 30), (1, "/map", 10), (2, "/", 20), (2, "(exit)", 10),
    ]  # fmt: skip
    assert all(0 <= node.x <= WIDTH - BAR and node.y + node.height <= HEIGHT + 0.1 for node in drawn.nodes)
    assert [node.name for node in drawn.nodes if node.is_last] == ["/", "(exit)"]
    assert len(drawn.ribbons) == 4


def test_bars_are_as_high_as_their_numbers():
    drawn = draw_sankey([Link(0, "a", "b", 30), Link(0, "a", "c", 10)])
    heights = {node.name: node.height for node in drawn.nodes}
    assert abs(heights["b"] - 3 * heights["c"]) < 0.2
    assert abs(heights["a"] - heights["b"] - heights["c"]) < 0.2


def test_few_names_make_a_low_picture():
    one, three = draw_sankey([Link(0, "a", "b", 30)]), draw_sankey([Link(0, "a", name, 10) for name in "bcd"])
    assert one.height < three.height < HEIGHT
    assert all(node.y + node.height <= drawn.height + 0.1 for drawn in (one, three) for node in drawn.nodes)
