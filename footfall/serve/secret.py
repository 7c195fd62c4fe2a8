"""The secret that signs cookies: the setting ``secret``, else 32 random bytes in the home folder."""

import hashlib
import os
import secrets
from contextlib import suppress
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from footfall.settings import Settings

__all__ = ["Signer", "read_secret"]

SECRET_BYTES = 32


def read_secret(settings: Settings) -> bytes:
    """The same bytes in every process of this home, made by the first; readable by its owner alone."""
    if settings.secret:
        return hashlib.sha256(settings.secret.encode()).digest()
    path = settings.home_path / "secret"
    if not path.exists():
        temporary = path.with_name(f"secret.{secrets.token_hex(8)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        # Whoever links first has made it; the others read that one.
        with suppress(FileExistsError):
            os.link(temporary, path)
        temporary.unlink()
    return path.read_bytes()


class Signer:
    """Signs short texts (JWS, HS256). What was signed for one purpose is worth nothing for another."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, purpose: str, text: str) -> str:
        return jws.serialize_compact({"alg": "HS256"}, text.encode(), self._key(purpose))

    def read(self, purpose: str, signed: str) -> str:
        """The text that was signed for that purpose; empty where it was not."""
        try:
            return (jws.deserialize_compact(signed, self._key(purpose)).payload or b"").decode()
        except (JoseError, ValueError):
            return ""

    def _key(self, purpose: str) -> Any:
        return OctKey.import_key(hashlib.sha256(self._secret + purpose.encode()).digest())
