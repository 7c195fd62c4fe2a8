"""A condition in SQL that lets every value through in which a detector could find something: so every row of a file is looked at.

It is RE2, as ClickHouse reads it, over the value as it stands in the file. It may be true of innocent values, never false of an identifier:
a test asks both of the same values. Where a detector learns a new shape, this has to let it through.
"""

from footfall.sources.guard.plain import INNOCENT

__all__ = ["MAY_IDENTIFY", "candidates_sql"]

_HEX = "[0-9a-fA-FАВЕСавес]"
_DASH = r"[\x{2010}-\x{2015}\x{2212}\x{2043}-]"
_GAP = r"[:. _\x{a0}\x{2010}-\x{2015}\x{2212}\x{2043}-]"
_LETTER, _INNER = r"[A-Za-z\x{c0}-\x{17e}\x{400}-\x{45f}]", r"[A-Za-z\x{c0}-\x{17e}\x{400}-\x{45f}'’\-\x{2010}-\x{2015}]"
_SHAPES = (
    # Five digits, whatever stands between them.
    r"(?s:\d.*\d.*\d.*\d.*\d)",
    # Letters in disguise: other scripts, full width, hidden characters, both alphabets in one word, Cyrillic in a code.
    r"[^\x00-\x7f\x{a0}-\x{a7}\x{a9}\x{ab}\x{ac}\x{ae}\x{b0}\x{b1}\x{b6}\x{b7}\x{bb}\x{bf}-\x{131}\x{134}-\x{13e}\x{141}-\x{148}"
    r"\x{14a}-\x{17e}\x{400}-\x{45f}\x{2010}-\x{2023}\x{20ac}\x{20bd}\x{2116}\x{2212}]",
    r"[A-Za-z]\p{Cyrillic}|\p{Cyrillic}[A-Za-z]",
    r"%[0-9A-Fa-f]{2}|&#?\w+;",
    # E-mail, masked cards, travel documents, dotted quads, hexadecimal with and without separators, tokens.
    r"@|(?i:[(\[{]\s?(?:at|собака)|[\s\x{a0}](?:at|собака)[\s\x{a0}](?s:.*)(?:\.|[\s\x{a0}](?:dot|точка)[\s\x{a0}]))",
    r"(?i:vk\.(?:com|ru)|vkontakte\.ru|t\.me|telegram\.me|(?:ok|odnoklassniki)\.ru|(?:instagram|facebook|linkedin)\.com)/",
    r"[*xXхХ•·][ -]?[*xXхХ•·]|[*·][\s\x{a0}]?\d{4}|(?i:ending|заканчива)|<",
    r"\[\.\]|\d\s?\.\s?\d{1,3}\s?\.\s?\d{1,3}\s?\.\s?[\dx*]",
    rf"(?:{_HEX}{{2}}{_GAP}){{3}}|{_HEX}{{4}}{_GAP}?{_HEX}{{4}}|{_HEX}{{3}}:|:{_HEX}{{3}}",
    r"[A-Za-z0-9+/_\-]{22}|eyJ|\$2",
    # Homes: a flat and its number, or house-flat at the end after a street.
    rf"(?i:flat|apt|apartment|unit|suite|ste|room|#|кв|ап|комн|kv)\W{{0,12}}(?i:(?:no\W{{0,3}})?\d|[a-z]\W|[a-z]$)"
    rf"|\d[а-яА-ЯёЁ]?(?:/\d+)?[\s\x{{a0}}]?{_DASH}[\s\x{{a0}}]?\d{{1,4}}\s*$",
    # Names: two to four words and nothing else; patronymics, initials, titles and words that announce one in a sentence.
    rf"^[\s\x{{a0}}.,]*{_LETTER}{_INNER}*\.?(?:[\s\x{{a0}}.,]+{_LETTER}{_INNER}*){{1,4}}[\s\x{{a0}}.,]*$",
    r"(?i:[оеё]вич|[оеё]вн[аыеоу]|(?:ль|ьм|к|м)ич(?:[ауе]|ем)?(?:[^а-яё]|$)|ичн(?:[аыеу]|ой)(?:[^а-яё]|$)|[oe]vich|[oe]vna|ichna)",
    r"[A-ZА-ЯЁ][a-zа-яё]+,?[\s\x{a0}](?:[A-Z]\.[\s\x{a0}])?[A-ZА-ЯЁ][a-zа-яё]",
    r"[А-ЯЁ]\.[\s\x{a0}]?[А-ЯЁ]|[А-ЯЁ]\.\s*$|^\s*[A-Z]\.",
    r"(?:^|[^A-Za-z])(?:Mr|Mrs|Ms|Miss|Herr|Frau|Mme|Monsieur|Madame)\.?[\s\x{a0}]|г-н|г-жа|гр\.|граждан",
    r"(?i:dear|sincerely|regards|yours|уважаем(?:ый|ая)|с[\s\x{a0}]уважением)[\s\x{a0},]",
    r"(?i:name|fio|фио|заявитель|клиент|плательщик|водитель|пассажир|абонент|customer|passenger|resident|от имени|меня зовут|my name is)"
    r"[\s\x{a0}:=\-\x{2013}\x{2014}]",
)
MAY_IDENTIFY = "|".join(f"(?:{shape})" for shape in _SHAPES)
"""RE2, found anywhere in the value."""


def candidates_sql(expression: str) -> str:
    """True of every value of the expression (String, or Nullable) that could hold an identifier; cheap, so that all rows can be asked."""
    return f"(NOT match({expression}, {_literal(INNOCENT)}) AND match({expression}, {_literal(MAY_IDENTIFY)}))"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
