"""One story a card: findings of the same visits, or of the same words, are together; rises and falls, and two portals, never."""

from footfall.trends.panel import Finding
from footfall.trends.stories import stories_of, words_of

PAGE, OTHER, PORTAL = (1, "page", "/schools"), (1, "page", "/pools"), (1, "portal", "")
TERM, TOPIC = (1, "search", "school"), (1, "topic", "education")


def found(key, observed=100.0, mu=40.0, q=0.01):
    z = (observed - mu) / 10
    rest = {"low": mu - 10, "high": mu + 10, "lift": observed / mu, "z": z, "p": q / 10, "q": q, "new": False, "record": 0.0}
    return Finding(key=key, bucket=9, observed=observed, mu=mu, direction="up" if observed > mu else "down", **rest)


def keys(stories):
    return [sorted(one.key[1:] for one in story.members) for story in stories]


def test_a_page_its_term_and_its_topic_are_one_story_that_the_page_tells():
    shared = {(PAGE, PAGE): 60, (TERM, TERM): 20, (TOPIC, TOPIC): 80, (PAGE, TERM): 15, (PAGE, TOPIC): 60}
    stories = stories_of([found(PAGE), found(TERM, 30, 8), found(TOPIC, 140, 60)], shared)
    assert keys(stories) == [[("page", "/schools"), ("search", "school"), ("topic", "education")]]
    assert stories[0].head.key == PAGE


def test_a_small_page_of_a_large_topic_does_not_tell_its_story():
    shared = {(PAGE, PAGE): 60, (TOPIC, TOPIC): 200, (PAGE, TOPIC): 60}
    (story,) = stories_of([found(PAGE, 60, 40), found(TOPIC, 300, 100)], shared)
    assert story.head.key == TOPIC


def test_a_term_belongs_to_the_page_that_has_its_words():
    assert keys(stories_of([found(PAGE), found((1, "search", "schools"), 30, 8)], {})) == [[("page", "/schools"), ("search", "schools")]]
    titles = {OTHER: "Расписание бассейнов"}
    assert len(stories_of([found(OTHER), found((1, "search", "бассейны"))], {}, titles)) == 1
    assert len(stories_of([found(OTHER), found((1, "search", "бассейны"))], {})) == 2


def test_pages_of_different_visits_are_two_stories_though_both_are_the_portals():
    shared = {(PAGE, PAGE): 60, (OTHER, OTHER): 50, (PORTAL, PORTAL): 120, (PAGE, PORTAL): 60, (OTHER, PORTAL): 50, (OTHER, PAGE): 4}
    stories = stories_of([found(PAGE), found(OTHER), found(PORTAL, 300, 200)], shared)
    assert sorted(keys(stories)) == [[("page", "/pools")], [("page", "/schools"), ("portal", "")]]


def test_a_rise_and_a_fall_and_two_portals_are_never_together():
    shared = {(PAGE, PAGE): 60, (OTHER, OTHER): 50, (OTHER, PAGE): 50}
    assert len(stories_of([found(PAGE), found(OTHER, 10, 40)], shared)) == 2
    assert len(stories_of([found(PAGE), found((2, "search", "schools"))], {})) == 2


def test_the_strongest_evidence_comes_first():
    assert [story.head.key for story in stories_of([found(PAGE, q=0.05), found(OTHER, q=0.001)], {})] == [OTHER, PAGE]


def test_words_are_stems_in_both_languages():
    assert words_of("Школы и parks") == words_of("школа, Park")
