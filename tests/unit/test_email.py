"""What becomes of a call to SES decides whether a mail may be sent again: each answer is of exactly one class."""

import pytest

from chalicelib.channels import email
from chalicelib.channels.email import Mail, send
from chalicelib.channels.errors import Ambiguous, DeliveryError, Rejected, Retryable
from chalicelib.store import aws
from tests.unit.alert_world import EndpointConnectionError, MailServer, ReadTimeoutError, Refused

MAIL = Mail("1 aduan lewat tenggat", "<p>Hai</p>", "Hai")


def mail(server: MailServer, **more: str) -> str:
    return send(
        server, sender="aduan@kota.example", name="Aduan Kota", to="a@b.example", mail=MAIL, reference="d1", **more
    )


def test_both_parts_go_out_with_the_deliverys_name() -> None:
    server = MailServer()
    assert mail(server, configuration="alerts") == "0100-1@email.amazonses.com"
    (sent,) = server.mails
    assert sent["Message"]["Body"] == {
        "Text": {"Data": "Hai", "Charset": "UTF-8"},
        "Html": {"Data": "<p>Hai</p>", "Charset": "UTF-8"},
    }
    assert sent["Message"]["Subject"]["Data"] == MAIL.subject
    assert (sent["Source"], sent["Destination"]) == (
        "Aduan Kota <aduan@kota.example>",
        {"ToAddresses": ["a@b.example"]},
    )
    assert (sent["Tags"], sent["ConfigurationSetName"]) == ([{"Name": "delivery", "Value": "d1"}], "alerts")


def test_a_name_beyond_ascii_is_encoded() -> None:
    server = MailServer()
    send(server, sender="a@b.example", name="Aduan Kötä", to="c@d.example", mail=MAIL, reference="d1")
    assert server.mails[0]["Source"].isascii()


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Refused("Throttling"), Retryable),
        (Refused("TooManyRequestsException", 429), Retryable),
        (Refused("AccessDenied", 403), Retryable),
        (EndpointConnectionError(), Retryable),
        (Refused("MessageRejected"), Rejected),
        (Refused("MailFromDomainNotVerifiedException"), Rejected),
        (Refused("InvalidParameterValue"), Rejected),
        (Refused("InternalFailure", 500), Ambiguous),
        (ReadTimeoutError(), Ambiguous),
        (ConnectionResetError(), Ambiguous),
    ],
    ids=lambda one: str(one) or type(one).__name__,
)
def test_every_answer_is_of_one_class(trouble: Exception, kind: type[DeliveryError]) -> None:
    server = MailServer()
    server.trouble = trouble
    with pytest.raises(DeliveryError) as found:
        mail(server)
    assert type(found.value) is kind
    assert "b.example" not in str(found.value)


def test_a_mail_is_never_repeated_by_the_library() -> None:
    config = aws.client("ses").meta.config
    assert config.retries["total_max_attempts"] == 1
    assert aws.client("sns").meta.config.retries["total_max_attempts"] > 1


def test_a_mail_with_files_says_that_no_person_wrote_it() -> None:
    file = email.Attachment("a.txt", "text/plain", b"x")
    raw = email._whole(Mail("s", "<p>s</p>", "s", (file,)), "a@b.example", "c@d.example")
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in b"\r\n" + raw
