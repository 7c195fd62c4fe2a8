"""Where somebody is written to: e-mail, however its signs are spelt out, and accounts on social sites."""

import re
from collections.abc import Iterator

from footfall.sources.guard.plain import Plain
from footfall.sources.guard.sign import Sign

__all__ = ["in_contacts"]

_EMAIL = re.compile(
    r"[^\W_][\w.+%'-]{0,63}\s?(?:@|[(\[{]\s?(?:at|собака)\s?[)\]}]|\sat\s(?=[\w-]+\s?(?:[(\[{]\s?dot|\sdot\s))"
    r"|\sсобака\s(?=[\w-]+\s(?:точка|dot)\s))\s?"
    r"[^\W_][\w-]*(?:(?:\s?\.\s?|\s?[(\[{]\s?(?:dot|точка)\s?[)\]}]\s?|\s(?:dot|точка)\s)[\w-]+)*"
    r"(?:\s?\.\s?|\s?[(\[{]\s?(?:dot|точка)\s?[)\]}]\s?|\s(?:dot|точка)\s)[^\W\d_]{2,}",
    re.IGNORECASE,
)
_OFFICES = r"(?:mail|gmail|googlemail|yandex|ya|bk|list|inbox|rambler|hotmail|outlook|live|yahoo|icloud|gmx|proton(?:mail)?)"
_SPELT = re.compile(
    rf"[a-z][\w.+-]*\sAT\s[a-z][\w-]*(?:\.[a-z][\w-]*)*\.[a-z]{{2,}}\b|\w[\w.+-]*\s(?i:at)\s{_OFFICES}\.[a-z]{{2,3}}\b"
    rf"|\w[\w.+-]*@{_OFFICES},[a-z]{{2,3}}\b"
)
"""In the case in which it is written: "meet AT city hall" is none, "ivan AT mail.ru" is."""
_AT = re.compile(r"@|[(\[{]\s?(?:at|собака)|\s(?:at|собака)\s", re.IGNORECASE)
_PERSONAL = re.compile(
    r"\b(?:vk\.(?:com|ru)/(?:id\d|write\d)|(?:ok|odnoklassniki)\.ru/profile/|facebook\.com/profile\.php\?id=|linkedin\.com/in/)",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"\b(?:vk\.(?:com|ru)|vkontakte\.ru|t\.me|telegram\.me|(?:ok|odnoklassniki)\.ru|instagram\.com|facebook\.com)/@?"
    r"([a-z_][\w.]{3,})(?![\w./-]*\.php)(?=/?(?:[?#\s,;)]|\.?$))",
    re.IGNORECASE,
)
_OF_MANY = re.compile(
    r"(?:club|public|event|group|wall|album|photo|video|topic|clip|market|app)s?[\d_-]|(?:feed|search|away|share\w*|login|join\w*|settings|about"
    r"|events|groups|pages|games|help|support|explore|reels?|stories|watch)$"
    r"|lib|bibl|muse|muzei|theat|teatr|school|shkol|museum|park|city|gorod|metro|gov|mos[a-z]*|official|news|channel|centr|center|dvorec"
    r"|dom_|club|klub|afisha|info|bot$|chat$|team$|service|univer|radio|press|fest|expo|sport|shop|cafe",
    re.IGNORECASE,
)
"""Pages of the site, communities, and words by which an organisation calls itself."""


def in_contacts(value: Plain) -> Iterator[Sign]:
    """Signs of every way to reach somebody. E-mail is read in both alphabets."""
    if any(_AT.search(spelling) and (_EMAIL.search(spelling) or _SPELT.search(spelling)) for spelling in {value.text, value.latin}):
        yield Sign("e-mail")
    if "/" in value.latin and (_PERSONAL.search(value.latin) or any(map(_is_somebody, _HANDLE.finditer(value.latin)))):
        yield Sign("account")


def _is_somebody(handle: re.Match[str]) -> bool:
    return not _OF_MANY.search(handle[1])
