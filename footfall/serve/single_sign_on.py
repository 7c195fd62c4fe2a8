"""OpenID Connect: authorization code with PKCE, state and nonce. The provider says who it is; who may come in is ours to say."""

import secrets
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import msgspec
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from footfall.control.operators import find_operator
from footfall.control.roles import Operator
from footfall.control.transactions import Database
from footfall.errors import NotFound, Unauthorized, Unavailable
from footfall.settings import Settings

__all__ = ["CALLBACK", "Asked", "ask", "email_of", "operator_of"]

CALLBACK = "/sign-in/sso/callback"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"]
"""Signatures that only the holder of a private key makes: never ``none``, never HMAC."""
TIMEOUT_S, LEEWAY_S, LIFE_MS = 5, 120, 10 * 60_000
REFUSED = "Your organisation's sign-in did not work, or you are no operator here. An admin invites you."
log = structlog.get_logger()


class Asked(msgspec.Struct, frozen=True):
    """What was sent along to the provider and must come back; kept in a signed cookie meanwhile."""

    state: str
    nonce: str
    verifier: str
    next: str
    at_ms: int


def ask(settings: Settings, redirect_uri: str, next: str, now_ms: int) -> tuple[str, Asked]:
    """Where to send the browser, and what to remember. Blocks.

    Raises:
        Unavailable: the provider does not answer.
    """
    with httpx.Client(timeout=TIMEOUT_S) as client:
        provider = _discover(client, settings.oidc_issuer)
    asked = Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), next, now_ms)
    address = prepare_grant_uri(
        provider["authorization_endpoint"],
        settings.oidc_client_id,
        "code",
        redirect_uri,
        "openid email",
        asked.state,
        nonce=asked.nonce,
        code_challenge=create_s256_code_challenge(asked.verifier),
        code_challenge_method="S256",
    )
    return str(address), asked


def email_of(settings: Settings, redirect_uri: str, asked: Asked | None, answer: dict[str, str], now_ms: int) -> str:
    """The verified e-mail of whoever the provider let in, in lower case. Blocks.

    Raises:
        Unauthorized: the answer is not to what was asked, is not the provider's, is too old, or names no verified e-mail.
        Unavailable: the provider does not answer.
    """
    if (
        asked is None
        or now_ms - asked.at_ms > LIFE_MS
        or not secrets.compare_digest(answer.get("state", "").encode(), asked.state.encode())
    ):
        raise _refused("state")
    if "code" not in answer or answer.get("iss", settings.oidc_issuer) != settings.oidc_issuer:
        raise _refused("no code")
    with httpx.Client(timeout=TIMEOUT_S) as client:
        provider = _discover(client, settings.oidc_issuer)
        tokens = _redeem(client, provider, settings, redirect_uri, answer["code"], asked)
        claims = _checked(client, provider, settings, tokens, asked, now_ms)
        if "email" not in claims:
            claims |= _more_of(client, provider, tokens, claims)
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        raise _refused("no verified e-mail")
    return email.strip().lower()


def operator_of(database: Database, email: str) -> Operator:
    """Whose e-mail it is. Raises Unauthorized where it is nobody's here, or they are disabled."""
    try:
        operator = find_operator(database, email)
    except NotFound:
        raise _refused("no operator") from None
    if operator.disabled:
        raise _refused("disabled")
    return operator


def _discover(client: httpx.Client, issuer: str) -> dict[str, Any]:
    """What the provider says of itself. Asked for each time: keys turn, and a city's staff signs in seldom."""
    found = _fetch(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        log.warning("single sign-on refused", reason="the provider names another issuer")
        raise Unavailable("The sign-in provider is not set up as expected: it names another issuer.")
    secure = urlsplit(issuer).scheme == "https"
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if urlsplit(str(found.get(name, ""))).scheme not in (("https",) if secure else ("http", "https")):
            raise Unavailable("The sign-in provider is not set up as expected: no {name}.", name=name)
    return found


def _redeem(
    client: httpx.Client, provider: dict[str, Any], settings: Settings, redirect_uri: str, code: str, asked: Asked
) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": asked.verifier}
    auth = (quote(settings.oidc_client_id, safe=""), quote(settings.oidc_client_secret, safe=""))
    answer = _send(client, "POST", provider["token_endpoint"], data=form, auth=auth)
    if answer.status_code != 200:
        raise _refused("the provider gave no token")
    return _object(answer)


def _checked(
    client: httpx.Client, provider: dict[str, Any], settings: Settings, tokens: dict[str, Any], asked: Asked, now_ms: int
) -> dict[str, Any]:
    """The ID token's claims: the provider's signature, for us, now, and in answer to this question."""
    try:
        keys = KeySet.import_key_set(_fetch(client, provider["jwks_uri"]))  # type: ignore[arg-type]
        token = jwt.decode(str(tokens.get("id_token", "")), keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))
        options: Any = {
            "iss": {"essential": True, "value": settings.oidc_issuer},
            "aud": {"essential": True, "value": settings.oidc_client_id},
        }
        params = {"nonce": asked.nonce, "client_id": settings.oidc_client_id, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=now_ms // 1000, leeway=LEEWAY_S)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise _refused(f"ID token: {getattr(error, 'claim', '') or type(error).__name__}") from None
    return dict(claims)


def _more_of(client: httpx.Client, provider: dict[str, Any], tokens: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    """What a provider keeps out of the ID token; of the same person, or nothing."""
    endpoint, access = provider.get("userinfo_endpoint"), tokens.get("access_token")
    if not endpoint or not access:
        return {}
    found = _object(_send(client, "GET", str(endpoint), headers={"authorization": f"Bearer {access}"}))
    same = found.get("sub") == claims.get("sub")
    return {name: found[name] for name in ("email", "email_verified") if name in found} if same else {}


def _fetch(client: httpx.Client, address: str) -> dict[str, Any]:
    answer = _send(client, "GET", address)
    if answer.status_code != 200:
        raise Unavailable("The sign-in provider does not answer.", retry_after_s=30)
    return _object(answer)


def _send(client: httpx.Client, method: str, address: str, **rest: Any) -> httpx.Response:
    try:
        return client.request(method, address, **rest)
    except httpx.HTTPError as error:
        raise Unavailable("The sign-in provider does not answer.", retry_after_s=30) from error


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Unavailable("The sign-in provider does not answer as expected.", retry_after_s=30) from None


def _refused(reason: str) -> Unauthorized:
    log.warning("single sign-on refused", reason=reason)
    return Unauthorized(REFUSED)
