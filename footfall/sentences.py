"""Sentences for people: written once, in English, with names for what they quote, and so said in any language."""

from collections.abc import Mapping

__all__ = ["NONE_YET", "NOTHING", "Sentence"]


class Sentence(str):
    """English, together with what it was made of, so that it can be said in another language.

    >>> said = Sentence("Role {role!r} is not known. Valid: {valid}.", role="king", valid="viewer, admin")
    >>> said
    "Role 'king' is not known. Valid: viewer, admin."
    >>> said.template.format(**said.values) == said
    True
    """

    template: str
    """With names in braces, as ``str.format`` takes them; the key of the catalogues."""
    values: Mapping[str, object]
    """By name; none where it quotes nothing, and then braces are braces. One may be a Sentence again."""

    def __new__(cls, template: str, /, **values: object) -> "Sentence":
        if isinstance(template, Sentence):
            return template
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template, made.values = template, values
        return made


NOTHING = Sentence("")
NONE_YET = Sentence("none yet")
"""Where a list of what is valid would stand, and nothing is."""
