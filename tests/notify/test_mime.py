"""Headers and parts as exactly as they must be, whatever a title or a name says."""

import base64
import json
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest

from portal.notify.mime import (
    TOKEN,
    BadHeader,
    Envelope,
    Letter,
    address_of,
    message,
    sender_of,
    written,
)
from portal.text.cleaning import printable

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EVIL = "\r\nBcc: eve@evil.example\r\n\r\nBody"
NAUGHTY = [
    "plain words",
    "",
    " ",
    "Bcc: eve@evil.example",
    f"a title{EVIL}",
    f"=?utf-8?q?=0D=0ABcc:_eve@evil.example?={EVIL}",
    "=?utf-8?q?a=0D=0ABcc:_eve@evil.example?=",
    "=?utf-8?b?" + base64.b64encode(EVIL.encode()).decode() + "?=",
    "=?utf-8?q?=41?= =?utf-8?q?=42?=",
    "\x00\x01\x1b[31mred\x1b[0m",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "Ω≈ç√∫˜µ≤≥÷ åß∂ƒ©˙∆˚¬…æ",
    "社會科學院語學研究所 " * 9,
    "الإثنين, من استقلال \u202eevil\u202c",
    "👾 🙇 💁 🙅 🧑‍🤝‍🧑",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    '"; DROP TABLE incident; -- \\" <script>alert(1)</script>',
    "x" * 300,
    "é" * 300,
    "a, b <c@d.example>, e@f.example",
    "\ud800 half",
    f"{TOKEN[0]}token{TOKEN[-1]}"[:3],
    "../../../etc/passwd %0d%0aBcc:eve@evil.example",
]


def mail_of(subject: str, name: str = "Example", **more: str) -> bytes:
    letter = Letter(subject, "Text\n", f"<p>{TOKEN}</p>\n", thread="incident x", token_pages="https://s.example/m")
    made = written(letter, sender_of("status@example.com", "https://s.example"))
    if name != "Example":
        sender = made.sender.__class__(name, made.sender.address, made.sender.bounces, made.sender.site)
        made = written(letter, sender)
    return message(made, Envelope(more.get("to", "ada@customer.example"), "key", "t" * 32), NOW)


def shown(text: str) -> str:
    """What a reader should see of a text that stands in a header."""
    return " ".join(printable(text).split())


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_title_is_one_subject_and_nothing_else(text):
    raw = mail_of(text)
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(
        b"From To Subject Date Message-ID In-Reply-To References List-Id List-Unsubscribe List-Unsubscribe-Post"
        b" Auto-Submitted X-Auto-Response-Suppress Content-Language MIME-Version Content-Type".split()
    )
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    mail = message_from_bytes(raw, policy=policy.compat32)
    assert mail.get_all("To") == ["ada@customer.example"]
    assert mail["Bcc"] is None
    subject = str(make_header(decode_header(re.sub(r"\r\n\s", " ", mail["Subject"]))))
    assert " ".join(subject.split()) == shown(text)


@pytest.mark.corpora
def test_the_list_of_naughty_strings(corpora):
    texts = json.loads((corpora / "vectors" / "naughty-strings" / "blns.json").read_text("utf-8"))
    assert len(texts) > 400
    for text in texts:
        test_a_title_is_one_subject_and_nothing_else(text)
        test_a_site_may_have_any_name(text)


@pytest.mark.parametrize("text", NAUGHTY)
def test_a_site_may_have_any_name(text):
    mail = message_from_bytes(mail_of("Subject", name=text), policy=policy.default)
    assert [one.addr_spec for one in mail["From"].addresses] == ["status@example.com"]
    assert mail["To"].addresses[0].addr_spec == "ada@customer.example"
    assert mail["Bcc"] is None


@pytest.mark.parametrize("to", ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d", "<a@b.example>", "", "a"])
def test_a_mail_has_one_recipient(to):
    with pytest.raises(BadHeader):
        mail_of("Subject", to=to)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ada@customer.example", "ada@customer.example"),
        (" ada+tag@Customer.Example. ", "ada+tag@customer.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
        ("ADA@customer.example", "ADA@customer.example"),
        ("ada@straße.example", None),
        ("ada@\uff45xample.example", "ada@example.example"),
        ("ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ('"ada b"@customer.example', None),
        ("o'hara@customer.example", "o'hara@customer.example"),
        ("ada", None),
        ("@customer.example", None),
        ("ada@", None),
        ("a..b@customer.example", None),
        ("ada@customer..example", None),
        ("ada@-customer.example", None),
        ("ädä@customer.example", None),
        ("ada@customer.example>", None),
        ("ada\n@customer.example", None),
        ("ada@exam\x00ple.example", None),
        ("a" * 65 + "@customer.example", None),
    ],
)
def test_one_address_or_none(typed, address):
    assert address_of(typed) == address


@pytest.mark.parametrize("filler", range(60, 90))
def test_the_token_is_whole_wherever_a_line_ends(filler):
    text = f"{'x' * filler}é{TOKEN}\n{'=' * (filler % 30)}{TOKEN} and {TOKEN}."
    letter = Letter("s", text, text)
    made = written(letter, sender_of("status@example.com", "https://s.example"))
    raw = message(made, Envelope("ada@customer.example", "key", "t" * 32), NOW)
    body = raw.partition(b"\r\n\r\n")[2]
    assert max(len(line) for line in body.split(b"\r\n")) <= 76 + 1
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == text.replace(TOKEN, "t" * 32) + "\n"
    assert [defect for part in mail.walk() for defect in part.defects] == []


def test_the_same_event_and_reader_have_the_same_message_id():
    ids = {message_from_bytes(mail_of(subject))["Message-ID"] for subject in ("One", "Two")}
    assert len(ids) == 1


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b@c", "Name <a b@c.example>"])
def test_a_sender_is_an_address(wrong):
    with pytest.raises(BadHeader):
        sender_of(wrong, "https://s.example")
