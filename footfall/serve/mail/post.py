"""Speaks SMTP (RFC 5321). What goes wrong leaves as a sentence without anybody's address."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import urlsplit

from footfall.errors import Unavailable
from footfall.sentences import Sentence
from footfall.settings import Settings

__all__ = ["AWAY", "DENIED", "NO_SERVER", "Post", "open_post"]

NO_SERVER = Sentence("No mail server is set. Set smtp_host, smtp_from and public_url.")
AWAY = Sentence("The mail server does not answer.")
DENIED = Sentence("The mail server refused the login.")
NO_TLS = Sentence("The mail server offers no STARTTLS.")
BAD_CERTIFICATE = Sentence("The mail server's certificate is not valid.")
REFUSED = Sentence("The mail server refused the mail.")


class Post:
    """A mail server that is spoken to. ``open_post`` makes it."""

    def __init__(self, server: smtplib.SMTP, sender: str) -> None:
        self._server, self._sender = server, sender

    def send(self, message: EmailMessage, to: str) -> int:
        """Hand the message over for that address: 0, or the code with which the server refuses the address (5xx for good).

        Raises:
            Unavailable: it went away, or refuses the mail or its sender.
        """
        try:
            self._server.send_message(message, parseaddr(self._sender)[1], [to])
        except smtplib.SMTPRecipientsRefused as error:
            return int(next(iter(error.recipients.values()))[0])
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
            raise Unavailable(REFUSED) from None
        except (smtplib.SMTPException, OSError):
            raise Unavailable(AWAY) from None
        return 0


@contextmanager
def open_post(settings: Settings) -> Iterator[Post]:
    """A connection, logged in where the settings say so; closed at the end.

    Raises:
        Unavailable: no server is set, or it cannot be used; the sentence says why.
    """
    if not settings.smtp_host:
        raise Unavailable(NO_SERVER)
    server = _connected(settings)
    try:
        yield Post(server, settings.smtp_from)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _connected(settings: Settings) -> smtplib.SMTP:
    trusted, timeout_s = ssl.create_default_context(), settings.smtp_timeout_s
    # Who greets with no name of their own looks one up, which may take long and tells this machine's.
    name = urlsplit(settings.public_url).hostname or "localhost"
    with _in_a_sentence(AWAY):
        if settings.smtp_tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, name, timeout=timeout_s, context=trusted)
        else:
            server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, name, timeout=timeout_s)
    try:
        if settings.smtp_tls == "starttls":
            with _in_a_sentence(NO_TLS):
                server.starttls(context=trusted)
        if settings.smtp_user:
            with _in_a_sentence(DENIED):
                server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


@contextmanager
def _in_a_sentence(refused: Sentence) -> Iterator[None]:
    """``refused`` is said where the server answers that it will not."""
    try:
        yield
    except ssl.SSLCertVerificationError:
        raise Unavailable(BAD_CERTIFICATE) from None
    except smtplib.SMTPServerDisconnected:
        raise Unavailable(AWAY) from None
    except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
        raise Unavailable(refused) from None
    except (smtplib.SMTPException, OSError):
        raise Unavailable(AWAY) from None
