"""A real OpenID Connect provider on 127.0.0.1, of Authlib's own server classes: authorization, token, JWKS and signed ID tokens.

It lets everybody in as ``user``; a test puts false claims into what it signs by ``bent``.
"""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from joserfc.jwk import KeySet, RSAKey

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "Provider"]

CLIENT_ID, CLIENT_SECRET = "footfall", "s3cret-of-the-client"


class Client(ClientMixin):
    """Footfall, as the provider knows it: a confidential client with one address to come back to."""

    client_id = CLIENT_ID
    redirect_uri = ""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Code(AuthorizationCodeMixin):
    """One authorization code and the question it answers."""

    def __init__(self, code: str, request: OAuth2Request) -> None:
        self.code, self.asked = code, dict(request.payload.data)

    def get_redirect_uri(self) -> str:
        return str(self.asked["redirect_uri"])

    def get_scope(self) -> str:
        return str(self.asked["scope"])

    def get_nonce(self) -> str:
        return str(self.asked.get("nonce", ""))

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None

    @property
    def code_challenge(self) -> str:
        return str(self.asked.get("code_challenge", ""))

    @property
    def code_challenge_method(self) -> str:
        return str(self.asked.get("code_challenge_method", ""))


class Asked(OAuth2Request):
    """A request over bare HTTP."""

    def __init__(self, method: str, uri: str, headers: Any, fields: dict[str, str]) -> None:
        super().__init__(method, uri, headers=headers)
        self.payload = BasicOAuth2Payload(fields)

    @property
    def args(self) -> dict[str, str]:
        return self.payload.data

    @property
    def form(self) -> dict[str, str]:
        return self.payload.data


class Server(AuthorizationServer):
    """Authlib's server on bare HTTP."""

    def __init__(self, client: Client) -> None:
        super().__init__(scopes_supported=["openid", "email"])
        self.client = client
        self.register_token_generator("default", BearerTokenGenerator(lambda **given: "access token"))

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == CLIENT_ID else None

    def save_token(self, token: object, request: object) -> None:
        """Nothing: access tokens are all alike here."""

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> tuple[int, Any, dict[str, str]]:
        return status, body, dict(headers)


class Provider:
    """The provider at ``issuer``."""

    def __init__(self) -> None:
        self.key, self.stranger = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})
        self.user: dict[str, Any] = {}
        """Claims of whoever signs in."""
        self.bent: dict[str, Any] = {}
        """Claims that it puts in instead of the right ones."""
        self.signs_with = self.key
        self.userinfo: dict[str, Any] = {}
        self.client = Client()
        self.codes: dict[str, Code] = {}
        self.server = Server(self.client)
        self.server.register_grant(_grant(self), [_tokens(self), CodeChallenge(required=True)])
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, "GET", b"")

            def do_POST(self) -> None:
                provider.answer(self, "POST", self.rfile.read(int(self.headers.get("content-length", 0))))

            def log_message(self, *args: object) -> None:
                """Nothing: the test says what went wrong."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._http.server_port}"
        self.named_issuer = self.issuer

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def straighten(self, **user: Any) -> None:
        """An honest provider again, who lets this user in."""
        self.user, self.bent, self.signs_with, self.userinfo = {"sub": "1", **user}, {}, self.key, {}
        self.named_issuer = self.issuer

    def answer(self, handler: BaseHTTPRequestHandler, method: str, body: bytes) -> None:
        address = urlsplit(handler.path)
        form = dict(parse_qsl(body.decode() if method == "POST" else address.query))
        request = Asked(method, self.issuer + handler.path, handler.headers, form)
        pages: dict[str, Callable[[], tuple[int, Any, dict[str, str]]]] = {
            "/.well-known/openid-configuration": lambda: (200, self.about(), {}),
            "/jwks": lambda: (200, KeySet([self.key]).as_dict(private=False), {}),
            "/authorize": lambda: self.authorize(request),
            "/token": lambda: self.server.create_token_response(request),
            "/userinfo": lambda: (200, self.userinfo, {}),
        }
        status, content, headers = pages.get(address.path, lambda: (404, {}, {}))()
        text = (content if isinstance(content, str) else json.dumps(content)).encode()
        handler.send_response(status)
        for name, value in (headers | {"content-length": str(len(text))}).items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(text)

    def authorize(self, request: OAuth2Request) -> tuple[int, Any, dict[str, str]]:
        grant = self.server.get_consent_grant(request, end_user=self.user)
        return self.server.create_authorization_response(request, grant_user=self.user, grant=grant)

    def about(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks", "userinfo_endpoint": "userinfo"}
        return {"issuer": self.named_issuer} | {name: f"{self.issuer}/{path}" for name, path in places.items()}


def _grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]  # noqa: RUF012

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            provider.codes[code] = Code(code, request)

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> dict[str, Any]:
            return provider.user

    return Grant


def _tokens(provider: Provider) -> OpenIDCode:
    class Tokens(OpenIDCode):
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return any(code.get_nonce() == nonce for code in provider.codes.values())

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return provider.signs_with

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": provider.issuer, "aud": [CLIENT_ID]}

        def get_encode_header(self, client: Client) -> dict[str, str]:
            return {"alg": "RS256", "kid": "one"}

        def generate_user_info(self, user: dict[str, Any], scope: str) -> UserInfo:
            """The last claims to be put, over all others."""
            return UserInfo(user | provider.bent)

    return Tokens(require_nonce=True)
