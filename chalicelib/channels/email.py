"""E-mail by SES: one message with a text and an HTML part, to one office.

The client is given: making one is the store's. SES has no idempotency key, so what became of a call that got no answer
is unknown (Ambiguous), and the caller decides.
"""

from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from chalicelib.channels.errors import Ambiguous, Rejected, Retryable

CHARSET = "UTF-8"
# The tag of every message: what SES tells of it later names the delivery by it.
TAG = "delivery"

# What SES, or its front door, answers while it is busy or we send too fast (docs: "SES SendEmail errors").
PASSING = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "LimitExceededException",
        "ServiceUnavailable",
        "RequestTimeTooSkewed",
        "AccountSendingPausedException",
        "ConfigurationSetSendingPausedException",
        "ExpiredToken",
        "RequestExpired",
        # A permission of ours that is missing is no fault of the address.
        "AccessDenied",
        "AccessDeniedException",
    }
)
# Errors of botocore (by class: the library's home is the store) before anything was sent.
NEVER_SENT = frozenset(
    {
        "ConnectTimeoutError",
        "EndpointConnectionError",
        "NoCredentialsError",
        "ParamValidationError",
        "CredentialRetrievalError",
    }
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; `type` as `application/pdf`."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent. `text` says the same as `html`, for programs and people that do not show HTML."""

    subject: str
    html: str
    text: str
    attachments: tuple[Attachment, ...] = ()


def send(
    client: Any, *, sender: str, name: str, to: str, mail: Mail, reference: str, configuration: str | None = None
) -> str:
    """Send a mail from `sender` (shown as `name`) to one address; SES's id of the message.

    `client`: SES, made without repeated tries. `reference`: goes along as the tag `delivery`. `configuration`: the
    configuration set, whose events say what becomes of the mail. Raises Retryable (not sent), Rejected (never will
    be: the address, the sender or the message is refused) or Ambiguous (no answer: it may be on its way).
    """
    source = formataddr((name, sender), CHARSET)
    along: dict[str, Any] = {"Tags": [{"Name": TAG, "Value": reference}]}
    if configuration:
        along["ConfigurationSetName"] = configuration
    try:
        if mail.attachments:
            raw = {"Data": _whole(mail, source, to)}
            answer = client.send_raw_email(Source=source, Destinations=[to], RawMessage=raw, **along)
        else:
            answer = client.send_email(
                Source=source,
                Destination={"ToAddresses": [to]},
                Message={
                    "Subject": {"Data": mail.subject, "Charset": CHARSET},
                    "Body": {
                        "Text": {"Data": mail.text, "Charset": CHARSET},
                        "Html": {"Data": mail.html, "Charset": CHARSET},
                    },
                },
                **along,
            )
    except Exception as error:
        raise _classed(error) from None
    identifier = answer.get("MessageId")
    if not identifier:
        raise Ambiguous("SES answered without a message id")
    return str(identifier)


def _whole(mail: Mail, source: str, to: str) -> bytes:
    """The message with its files, as it travels."""
    from email.message import EmailMessage
    from email.policy import SMTP

    message = EmailMessage(policy=SMTP)
    message["Auto-Submitted"] = "auto-generated"
    message["From"], message["To"], message["Subject"] = source, to, mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for one in mail.attachments:
        main, _, sub = one.type.partition("/")
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message.as_bytes()


def _classed(error: Exception) -> Exception:
    answered = getattr(error, "response", None)
    if isinstance(answered, dict):
        code = str(answered.get("Error", {}).get("Code") or "")
        status = answered.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0
        if code in PASSING or status == 429:
            return Retryable(f"SES answered {code or status}")
        if status >= 500:
            # It may have been taken before the answer was lost on SES's side.
            return Ambiguous(f"SES answered {code or status}")
        return Rejected(f"SES answered {code or status}")
    kind = type(error).__name__
    return Retryable("SES could not be reached") if kind in NEVER_SENT else Ambiguous(f"no answer from SES ({kind})")
