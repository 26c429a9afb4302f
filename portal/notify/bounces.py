"""Reads what comes back to a sender of ours (VERP): delivery status notifications (RFC 3464), complaints (RFC 5965)."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import Message

COMPLAINTS = {"abuse", "opt-out"}
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"\b([45])[0-5]\d[ -]")
_OWN = re.compile(r"\+(\d{1,15})-([0-9a-f]{12})@")


@dataclass(frozen=True)
class Bounce:
    """`delivery` and `proof` come from the address that the bounce was sent to; `said` is for people."""

    delivery: int
    proof: str
    permanent: bool
    said: str
    complaint: bool = False
    """Its reader called the mail spam."""


def verp(bounces: str, delivery: int, token: str) -> str:
    """The envelope's sender for one delivery: a bounce to it names the delivery, and nobody else can make it up."""
    local, _, domain = bounces.rpartition("@")
    return f"{local}+{delivery}-{proof_of(delivery, token)}@{domain}"


def proof_of(delivery: int, token: str) -> str:
    return hmac.new(token.encode(), str(delivery).encode(), hashlib.sha256).hexdigest()[:12]


def read(raw: bytes, envelope_to: str = "") -> Bounce | None:
    """What a mail says of a delivery of ours; None for one that is no failure, or not about a mail of ours."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    places = [envelope_to, *(str(mail.get(name, "")) for name in ("Delivered-To", "X-Original-To", "To"))]
    report = _complaint(mail)
    if report is not None:
        places += [*report.get_all("Original-Mail-From", []), *_returned(mail)]
    found = next((one for place in places if (one := _OWN.search(str(place)))), None)
    if found is not None and report is not None:
        return Bounce(int(found[1]), found[2], True, f"complaint: {report['Feedback-Type']}"[:300], complaint=True)
    status = _status(mail)
    if found is None or status is None or status[0] not in "45":
        return None
    return Bounce(int(found[1]), found[2], status[0] == "5", _said(mail, status))


def _complaint(mail: Message) -> Message | None:
    """The report's fields, when it says that its reader complains; a report of another kind is none."""
    for part in mail.walk():
        if part.get_content_type() == "message/feedback-report":
            payload = part.get_payload()
            text = payload if isinstance(payload, str) else "\n".join(str(one) for one in payload)
            fields = message_from_string(text.strip() + "\n\n", policy=policy.compat32)
            if str(fields.get("Feedback-Type", "")).strip().lower() in COMPLAINTS:
                return fields
    return None


def _returned(mail: Message) -> list[str]:
    """The envelope's sender as the mail that was complained of shows it."""
    return [str(part["Return-Path"]) for part in mail.walk() if part is not mail and part["Return-Path"]]


def _status(mail: Message) -> str | None:
    """The Status of the recipient that failed; of a bounce in free words, the first code that stands in it."""
    reports = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    for report in reports:
        for block in report.walk():
            action, code = str(block.get("Action", "")).strip().lower(), str(block.get("Status", ""))
            if code and action in ("failed", "delayed", "delivered", "relayed", "expanded"):
                match = _STATUS.search(code)
                return match[0] if action == "failed" and match else None
    if reports or not _is_a_bounce(mail):
        return None
    words = _text(mail)
    match = _STATUS.search(words)
    plain = _REPLY.search(words)
    return match[0] if match else f"{plain[1]}.0.0" if plain else None


def _is_a_bounce(mail: Message) -> bool:
    """Whether a mail server wrote it; people who are away answer with an empty Return-Path too (RFC 3834)."""
    sender = str(mail.get("From", "")).lower()
    automatic = str(mail.get("Auto-Submitted", "")).lower().startswith("auto-replied")
    return "mailer-daemon" in sender or ("postmaster" in sender and not automatic)


def _said(mail: Message, status: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.walk():
                if code := str(block.get("Diagnostic-Code", "")):
                    return " ".join(code.split())[:300]
    return status


def _text(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            return payload.decode("utf-8", "replace")[:20_000] if isinstance(payload, bytes) else ""
    whole = mail.get_payload()  # a report whose parts can't be told apart
    return whole[:20_000] if isinstance(whole, str) else ""
