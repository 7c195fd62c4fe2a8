"""The form that a placement is set up with: its fields as a browser sends them, and the settings that they mean."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from footfall.control.placements import Placement
from footfall.errors import BadInput
from footfall.interests.blend import BLENDS
from footfall.sentences import Sentence

__all__ = ["ARMS", "WAYS", "changed_settings", "fields_of_placement", "lists_after", "settings_of"]

ARMS = range(1, 5)
"""Numbers of the rows for arms, and for audiences."""
WAYS = tuple(sorted({way for blend in BLENDS for way in blend}))
"""The model's sources that an arm may weigh."""
NAMED = ("kinds", "topics", "districts")
"""Rules that are chosen by ticking: fields ``kinds.article``."""
AMOUNT = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")
Fields = Mapping[str, str]
ItemOf = Callable[[str], int | None]
"""The item of an id, a path or an address; ``None`` where there is none."""


def fields_of_placement(placement: Placement) -> dict[str, str]:
    """The form as it is filled in for a placement; what is not ticked is not there, as browsers send it."""
    rules = placement.rules
    fields = {"title": placement.title, "n": str(placement.n), "explore": _percent(placement.explore)}
    fields |= {"languages": ", ".join(rules.languages), "max_age_days": str(rules.max_age_days)}
    fields |= {f"{rule}.{name}": "on" for rule in NAMED for name in getattr(rules, rule)}
    for number, arm in zip(ARMS, placement.arms, strict=False):
        weights = ", ".join(f"{way}={weight:g}" for way, weight in arm.settings.items())
        fields |= {f"arm{number}": arm.name, f"share{number}": _percent(arm.share), f"weights{number}": weights}
    for number, variant in zip(ARMS, placement.variants, strict=False):
        fields |= {f"segment{number}": str(variant.segment or ""), f"first{number}": ", ".join(map(str, variant.pins))}
        fields |= {f"topics{number}": ", ".join(variant.topics), f"spoken{number}": ", ".join(variant.languages)}
    return fields | ({"is_public": "on"} if placement.is_public else {})


def settings_of(fields: Fields, before: Placement, item_of: ItemOf) -> dict[str, Any]:
    """What the fields mean, as ``put_placement`` takes it. What an audience has that the form does not show stays.

    Raises:
        BadInput: names the field that holds no number, or a weight of a source that the model does not have.
    """
    rules = {rule: [name.partition(".")[2] for name in fields if name.startswith(f"{rule}.")] for rule in NAMED}
    languages = [part for part in re.split(r"[\s,;]+", fields.get("languages", "").lower()) if part]
    return {
        "title": fields.get("title", "").strip(),
        "n": int(_number(Sentence("Items of a list"), fields.get("n", ""))),
        "explore": _number(Sentence("Places given to items of which little is known"), fields.get("explore", "") or "0") / 100,
        "is_public": "is_public" in fields,
        "rules": rules | {"languages": languages, "max_age_days": int(_number(Sentence("Age in days"), fields.get("max_age_days") or "0"))},
        "arms": [_arm(fields, number) for number in ARMS if fields.get(f"arm{number}", "").strip()],
        "variants": [_variant(fields, number, before, item_of) for number in ARMS if _is_variant(fields, number, before)]
        + [_plain(one) for one in before.variants[len(ARMS) :]],
    }


def changed_settings(before: Placement, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are not as before: what is noted of a change then names what was changed."""
    return {name: value for name, value in settings.items() if _plain(value) != _plain(getattr(before, name))}


def lists_after(placement: Placement, act: str, fields: Fields) -> dict[str, tuple[int, ...]]:
    """Pins and blocked items after a button: ``pin-7``, ``block-7``, ``free-7``; ``order`` sorts pins by the fields ``place.7``.

    Raises:
        BadInput: the button is none of these, or a place is no number.
    """
    name, _, number = act.partition("-")
    if act == "order":
        label = Sentence("Place")
        places = {item: _number(label, fields.get(f"place.{item}", "") or "0") for item in placement.pins}
        return {"pins": tuple(sorted(placement.pins, key=lambda item: places[item]))}
    if name not in ("pin", "block", "free") or not (number.isascii() and number.isdigit() and len(number) < 16):
        raise BadInput("Button {act!r} is not known.", act=act[:20])
    item = int(number)
    pins, blocked = (tuple(one for one in ids if one != item) for ids in (placement.pins, placement.blocked))
    return {"pins": (*pins, item) if name == "pin" else pins, "blocked": (*blocked, item) if name == "block" else blocked}


def _plain(value: Any) -> Any:
    """As JSON has it: a tuple is as good as a list."""
    return msgspec.json.decode(msgspec.json.encode(value))


def _is_variant(fields: Fields, number: int, before: Placement) -> bool:
    """Whether the row has something, or had nothing to show of an audience that the form knows no field for, as one of districts alone."""
    if any(fields.get(f"{name}{number}", "").strip() for name in ("segment", "topics", "spoken", "first")):
        return True
    kept = before.variants[number - 1] if number <= len(before.variants) else None
    return kept is not None and not (kept.segment or kept.topics or kept.languages or kept.pins)


def _variant(fields: Fields, number: int, before: Placement, item_of: ItemOf) -> dict[str, Any]:
    kept = _plain(before.variants[number - 1]) if number <= len(before.variants) else {}
    segment = fields.get(f"segment{number}", "").strip()
    return kept | {
        "segment": int(_number(Sentence("Segment"), segment or "0")),
        "topics": _words(fields, f"topics{number}"),
        "languages": _words(fields, f"spoken{number}"),
        "pins": [_item(name, item_of) for name in _words(fields, f"first{number}")],
    }


def _words(fields: Fields, name: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", fields.get(name, "")) if part]


def _item(name: str, item_of: ItemOf) -> int:
    found = item_of(name)
    if found is None:
        raise BadInput("There is no item {name!r} on this portal. Give its path, such as /news/1, or its number.", name=name[:100])
    return found


def _arm(fields: Fields, number: int) -> dict[str, Any]:
    share = _number(Sentence("Share"), fields.get(f"share{number}", ""))
    return {
        "name": fields[f"arm{number}"].strip(),
        "share": share / 100,
        "settings": dict(_weight(part) for part in re.split(r"[,;\s]+", fields.get(f"weights{number}", "")) if part),
    }


def _weight(text: str) -> tuple[str, float]:
    way, _, number = text.partition("=")
    if way not in WAYS or not AMOUNT.fullmatch(number):
        raise BadInput("Weight {text!r} is not valid. Valid: source=number; sources are {valid}.", text=text[:50], valid=", ".join(WAYS))
    return way, float(number)


def _number(label: Sentence, text: str) -> float:
    if not AMOUNT.fullmatch(text.strip()):
        raise BadInput("{label}: {text!r} is no number.", label=label, text=text[:20])
    return float(text.strip().replace(",", "."))


def _percent(share: float) -> str:
    return f"{100 * share:.6g}"
