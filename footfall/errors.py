"""Every error Footfall raises on purpose.

    FootfallError
    ├── BadInput                400  what was sent cannot be used; the sentence names what is wrong and what is valid
    │   ├── BadQuestion         400  a question to the stats API
    │   └── BadSetting          400  a setting, refused at start
    ├── Unauthorized            401  no key, or a key nobody gave out
    ├── Forbidden               403  a key without the scope
    ├── NotFound                404  names what was looked for
    ├── Conflict                409  already there
    ├── TooLarge                413  a body over its bound
    ├── Refused                 422  the release gate says no
    ├── RateLimited             429  try again after ``retry_after_s``
    └── Unavailable             503  the store or the disk is away; nothing was lost
        └── PutBack             503  the control database was put back to an earlier state: somebody has to look first

One JSON shape for all: ``{"error": "<sentence>", "code": "<code>"}``.

A sentence is written once, in English, with names for what it quotes: ``NotFound("No goal {id} on this portal.", id=7)``. The API, the
command line and the log say it as it is; pages say it in the reader's language, from ``sentences.po``.
"""

from footfall.sentences import Sentence

__all__ = [
    "BadInput",
    "BadQuestion",
    "BadSetting",
    "Conflict",
    "FootfallError",
    "Forbidden",
    "NotFound",
    "PutBack",
    "RateLimited",
    "Refused",
    "TooLarge",
    "Unauthorized",
    "Unavailable",
]


class FootfallError(Exception):
    """Carries one sentence a user can act on. ``str(error)`` is that sentence."""

    code = "error"
    status = 500

    def __init__(self, sentence: str, /, *, retry_after_s: int | None = None, **values: object) -> None:
        self.sentence = Sentence(sentence, **values)
        """As it was raised: with what it quotes."""
        super().__init__(str(self.sentence))
        self.retry_after_s = retry_after_s
        """Seconds after which trying again makes sense; sent as Retry-After."""

    def as_json(self) -> dict[str, str]:
        return {"error": str(self), "code": self.code}


class BadInput(FootfallError):
    code, status = "bad_input", 400


class BadQuestion(BadInput):
    code = "bad_question"


class BadSetting(BadInput):
    code = "bad_setting"


class Unauthorized(FootfallError):
    code, status = "unauthorized", 401


class Forbidden(FootfallError):
    code, status = "forbidden", 403


class NotFound(FootfallError):
    code, status = "not_found", 404


class Conflict(FootfallError):
    code, status = "conflict", 409


class TooLarge(FootfallError):
    code, status = "too_large", 413


class Refused(FootfallError):
    code, status = "refused", 422


class RateLimited(FootfallError):
    code, status = "rate_limited", 429


class Unavailable(FootfallError):
    code, status = "unavailable", 503


class PutBack(Unavailable):
    """Nothing is done until somebody has looked; until then it can be tried again."""

    code = "put_back"
