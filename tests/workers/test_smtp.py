"""The mail channel: what a server says about one mail, and what it says about itself."""

import ssl
import subprocess

import pytest

from portal.config import Smtp
from portal.notify.channel import Later, Parcel, Refused, Sent, Unreachable
from portal.workers.smtp import Mail
from tests.mailserver import MailServer

ADA, BOB = "ada@customer.example", "bob@customer.example"


def parcel(to: str = ADA) -> Parcel:
    return Parcel(to, b"Subject: x\r\n\r\n.\r\n..dots\r\n", "status+1-x@example.com", "key")


def channel(server: MailServer, **more: object) -> Mail:
    return Mail(Smtp.model_validate({"host": "127.0.0.1", "port": server.port, "timeout": 0.5, **more}), "example.com")


def test_a_mail_arrives_as_it_is_and_the_connection_is_kept(server):
    mail = channel(server)
    assert isinstance(mail.send(parcel()), Sent)
    kept = mail._server
    assert isinstance(mail.send(parcel(BOB)), Sent)
    assert mail._server is kept
    mail.close()
    assert [one.recipient for one in server.taken] == [ADA, BOB]
    assert server.taken[0].raw == parcel().body
    assert server.taken[0].sender == "status+1-x@example.com"


@pytest.mark.parametrize(
    ("step", "said", "result", "bounced"),
    [
        ("RCPT", "550 5.1.1 no such mailbox", Refused, True),
        ("RCPT", "550 no such mailbox", Refused, True),
        ("RCPT", "550 5.7.1 not wanted", Refused, False),
        ("RCPT", "554 5.7.1 blocked", Refused, False),
        ("RCPT", "450 4.2.0 greylisted", Later, None),
        ("RCPT", "451 4.7.1 later", Later, None),
        ("RCPT", "452 4.2.2 full", Later, None),
        ("RCPT", "421 closing", Later, None),
        ("DOT", "552 5.3.4 too large", Refused, False),
        ("DOT", "554 5.6.0 not liked", Refused, False),
        ("DOT", "550 5.1.1 no such mailbox", Refused, True),
        ("DOT", "451 try again", Later, None),
        ("DOT", "421 closing", Later, None),
        ("DOT", "drop", Later, None),
        ("DOT", "drop after", Later, None),
        ("DOT", "stall after", Later, None),
        ("RCPT", "drop", Later, None),
        ("RCPT", "stall", Later, None),
        ("MAIL", "drop", Unreachable, None),
        ("MAIL", "stall", Unreachable, None),
        ("MAIL", "421 closing", Unreachable, None),
        ("MAIL", "550 5.7.1 not from you", Unreachable, None),
        ("MAIL", "451 later", Unreachable, None),
    ],
)
def test_every_answer_has_its_meaning_and_the_next_mail_goes_on(server, step, said, result, bounced):
    server.handler.answer = lambda at, to: said if at == step and (to == ADA or step == "MAIL") else None
    server.handler.stall_s = 1.0
    mail = channel(server)
    found = mail.send(parcel())
    assert type(found) is result, found
    if bounced is not None:
        assert found.bounced is bounced
    server.handler.answer = lambda at, to: None
    assert isinstance(mail.send(parcel(BOB)), Sent)
    mail.close()


def test_a_connection_that_was_closed_meanwhile_is_opened_again(server):
    mail = channel(server)
    assert isinstance(mail.send(parcel()), Sent)
    server.stop()
    server.start()
    assert isinstance(mail.send(parcel()), Sent)
    mail.close()


def test_what_can_not_be_reached_is_said(server):
    server.stop()
    found = channel(server).send(parcel())
    assert isinstance(found, Unreachable)
    assert "refused" in found.said
    server.start()


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_without_tls_gets_no_mail_in_the_clear(server, tls):
    assert isinstance(channel(server, tls=tls).send(parcel()), Unreachable)
    assert server.taken == []


# smtplib leaves the socket of a failed handshake to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_certificate_of_nobody_is_not_believed_and_one_that_is_trusted_is(tmp_path, monkeypatch):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    words += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run(words, check=True, capture_output=True)
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(certificate, key)
    with MailServer(tls_context=secure, require_starttls=True) as server:
        found = channel(server, tls="starttls").send(parcel())
        assert isinstance(found, Unreachable)
        assert "certificate" in found.said.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert isinstance(channel(server, tls="starttls").send(parcel()), Sent)


def test_a_wrong_password_makes_mail_wait(server):
    assert isinstance(channel(server, user="portal", password="wrong").send(parcel()), Unreachable)
    assert server.taken == []
