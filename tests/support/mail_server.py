"""A mail server on a free port of this machine: keeps what it is handed, and refuses whom or what a test tells it to."""

import email
import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.waiting import LONG_S

__all__ = ["MailServer", "make_certificate"]


class MailServer(Controller):
    """``got`` is address and mail in the order they came. ``refused`` answers a code to an address; ``data_code`` to every mail.

    With a certificate it wants STARTTLS, or TLS from the first byte on; with a password a login.
    """

    def __init__(self, certificate: Path | None = None, password: str = "", *, is_tls: bool = False) -> None:
        self.got: list[tuple[str, EmailMessage]] = []
        self.refused: dict[str, int] = {}
        self.data_code = 0
        self._password = password
        tls = None
        if certificate:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(certificate)
        options: dict[str, Any] = {"ssl_context": tls} if is_tls else {"tls_context": tls, "require_starttls": bool(tls)}
        if password:
            options |= {"authenticator": self._authenticate, "auth_required": True, "auth_require_tls": bool(tls)}
        super().__init__(self, hostname="127.0.0.1", port=0, **options)

    def _authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == self._password.encode(), handled=False)

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        if address in self.refused:
            return f"{self.refused[address]} {address} is not taken"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_code:
            return f"{self.data_code} not now"
        message = email.message_from_bytes(envelope.content, policy=default)  # type: ignore[arg-type]
        self.got += [(address, message) for address in envelope.rcpt_tos]  # type: ignore[list-item]
        return "250 OK"

    def _trigger_server(self) -> None:
        # The port is free for the system to choose, so the first connection must go to the one it chose.
        self.port = self.server.sockets[0].getsockname()[1]
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), LONG_S) as plain:
            first = trusting.wrap_socket(plain) if self.ssl_context else plain
            first.recv(1024)

    def take(self) -> list[tuple[str, EmailMessage]]:
        """What came since the last time."""
        got, self.got = self.got, []
        return got

    @property
    def settings(self) -> dict[str, Any]:
        """What ``read_settings`` needs to send by it."""
        sender = {"smtp_from": "Footfall <stats@example.city>", "public_url": "https://stats.example.city"}
        return {"smtp_host": "127.0.0.1", "smtp_port": self.port, "smtp_tls": "none"} | sender

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self.stop()


def make_certificate(folder: Path) -> Path:
    """A new key and the certificate that it signed for 127.0.0.1, in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    built = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now - timedelta(days=1), now + timedelta(days=1)
    )
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = built.add_extension(names, critical=False).sign(key, hashes.SHA256())
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "mail.pem"
    path.write_bytes(plain + signed.public_bytes(serialization.Encoding.PEM))
    return path
