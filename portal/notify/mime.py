"""A letter as bytes for one reader: headers that nothing can be put into, a text part, an HTML part (RFC 5322, 2045).

The bytes are put together here and not by EmailMessage, which decodes what looks like an encoded word and so lets a
title add headers (CVE-2024-6923), and which costs more than sending the mail does.
"""

import binascii
import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, parseaddr
from functools import lru_cache

from portal.text.cleaning import printable

TOKEN = "\ufdd0token\ufdd1"  # noqa: S105
"""Stands in a letter where the reader's own token belongs; no text of a person can hold this character."""
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_SOFT = b"=\r\n"
ADDRESS = re.compile(rf"{_ATOM}+(?:\.{_ATOM}+)*@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*")
_HEADER = re.compile(r"[\x20-\x7e]*(?:\r\n[ \t][\x20-\x7e]+)*")


class BadHeader(ValueError):
    """A header's value would not be one header."""


@dataclass(frozen=True)
class Letter:
    """What is the same for all readers of a letter. `subject`, `text` and `html` may hold TOKEN."""

    subject: str
    text: str
    html: str
    language: str = "en"
    thread: str = ""
    """The same for all mails of an incident; empty for a mail that stands alone."""
    token_pages: str = ""
    """The address in front of `/manage/TOKEN`; empty for a mail that nobody subscribed to."""


@dataclass(frozen=True)
class Envelope:
    """What is one reader's own. `key` never changes for one event and reader."""

    to: str
    key: str
    token: str = ""
    previous: str = ""
    """The key of the mail before this one in its thread."""


@dataclass(frozen=True)
class Sender:
    """Whom mails are from: `address` in the headers, `bounces` in the envelope, `site` names the list."""

    name: str
    address: str
    bounces: str
    site: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def address_of(text: str) -> str | None:
    """One mail address in ASCII out of what somebody typed, its domain in A-labels; None when it is none."""
    local, at, typed = text.strip().rpartition("@")
    try:
        made = typed.rstrip(".").encode("idna")
        same = typed.isascii() or made.decode("idna") == unicodedata.normalize("NFKC", typed.rstrip(".")).lower()
    except UnicodeError:
        return None
    if not same:  # IDNA of 2003 takes `straße` for `strasse`, which is somebody else's
        return None
    domain = made.decode("ascii").lower()
    found = f"{local}@{domain}"
    if not at or len(local) > 64 or len(found) > 254 or not ADDRESS.fullmatch(found):
        return None
    return found


def sender_of(mail_from: str, site: str, bounces: str | None = None) -> Sender:
    """From `status@example.com` or `Example status <status@example.com>`. BadHeader when it is no address."""
    name, given = parseaddr(mail_from)
    address = address_of(given)
    back = address_of(bounces) if bounces else address
    if address is None or back is None:
        raise BadHeader(f"{mail_from if address is None else bounces} is no mail address")
    return Sender(name, address, back, site)


def words(name: str, text: str) -> str:
    """Any text as the value of an unstructured header: one line, or encoded words where ASCII would not do."""
    line = " ".join(printable(text.replace("\n", " ").replace("\r", " ")).split())
    plain = line.isascii() and "=?" not in line and all(len(word) < 60 for word in line.split())
    return Header(line, "us-ascii" if plain else "utf-8", header_name=name).encode(linesep="\r\n")


def phrase(name: str, text: str) -> str:
    """A display name: quoted ASCII, or encoded words."""
    line = " ".join(printable(text).split())
    if line.isascii() and "=?" not in line:
        escaped = line.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"' if line else ""
    return Header(line, "utf-8", header_name=name).encode(linesep="\r\n")


def message_id(key: str, domain: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


@dataclass(frozen=True)
class Written:
    """A letter from a sender, put together as far as it is the same for all its readers."""

    letter: Letter
    sender: Sender
    head: bytes
    parts: tuple[tuple[str, tuple[bytes, ...]], ...]
    """(kind of text, its encoded pieces, between which the reader's token goes)"""


def written(letter: Letter, sender: Sender) -> Written:
    """Everything that costs something, once. BadHeader instead of a header that could be two."""
    headers = [
        ("From", f"{phrase('From', sender.name)} <{sender.address}>".strip()),
        ("Subject", words("Subject", letter.subject)),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("Content-Language", letter.language),
        ("MIME-Version", "1.0"),
    ]
    if letter.token_pages:
        headers.append(("List-Id", f"{phrase('List-Id', sender.name)} <status.{sender.domain}>".strip()))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    parts = tuple((kind, _pieces(text)) for kind, text in (("plain", letter.text), ("html", letter.html)))
    return Written(letter, sender, _lines(headers), parts)


def message(made: Written, envelope: Envelope, now: datetime) -> bytes:
    """The whole mail for one reader, ready for DATA but for its dots."""
    letter, sender = made.letter, made.sender
    own = message_id(envelope.key, sender.domain)
    boundary = f"=_{own[1:25]}"
    headers = [
        ("To", _one_address(envelope.to)),
        ("Date", _date(now.replace(microsecond=0))),
        ("Message-ID", own),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    if letter.thread:
        root = message_id(f"{letter.thread} {envelope.to.lower()}", sender.domain)
        before = [root, message_id(envelope.previous, sender.domain)] if envelope.previous else [root]
        headers += [("In-Reply-To", before[-1]), ("References", "\r\n ".join(before))]
    if letter.token_pages:
        headers.append(("List-Unsubscribe", f"<{letter.token_pages}/unsubscribe/{envelope.token}>"))
    token = envelope.token.encode("ascii")
    lines = [made.head, _lines(headers)]
    for kind, pieces in made.parts:
        lines += [
            f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode("ascii"),
            (_SOFT + token + _SOFT).join(pieces),
        ]
    lines.append(f"\r\n--{boundary}--\r\n".encode("ascii"))
    return b"".join(lines)


def names_of(raw: bytes) -> Sequence[bytes]:
    """The names of a message's headers, in order, in small letters."""
    head = raw.partition(b"\r\n\r\n")[0]
    return [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]


def _pieces(text: str) -> tuple[bytes, ...]:
    """Quoted-printable with CRLF, cut where the token goes. `=` is always encoded, so that no line can look like a
    boundary; a piece ends early enough for the soft line break behind it (RFC 2045, 6.7)."""
    source = "\n".join(text.splitlines()) + "\n"
    pieces = []
    for part in source.split(TOKEN):
        made = binascii.b2a_qp(part.encode("utf-8", "replace"), quotetabs=False, istext=True, header=False)
        last = made.rpartition(b"\n")[2]
        if len(last) > 75:
            cut = 70 - (2 - last[68:70].rfind(b"=") if b"=" in last[68:70] else 0)
            made = made[: len(made) - len(last)] + last[:cut] + b"=\n" + last[cut:]
        pieces.append(made.replace(b"\n", b"\r\n"))
    return tuple(pieces)


@lru_cache(maxsize=64)
def _date(now: datetime) -> str:
    return format_datetime(now)


def _lines(headers: Sequence[tuple[str, str]]) -> bytes:
    return b"".join(f"{name}: {_checked(name, value)}\r\n".encode("ascii") for name, value in headers)


def _one_address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise BadHeader(f"{text[:80]!r} is not one mail address")
    return text


def _checked(name: str, value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise BadHeader(f"{name}: {value[:80]!r} is not one header")
    return value
