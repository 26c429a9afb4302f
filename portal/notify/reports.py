"""What mail providers report by webhook, each in its own words: Amazon SES (by SNS), Mailgun, Postmark, SendGrid.

https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads
https://postmarkapp.com/developer/webhooks/bounce-webhook
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["permanent", "temporary", "complaint"]
MOST = 1_000
"""Events that one request may bring."""
_POSTMARK: dict[str, Kind] = {
    "HardBounce": "permanent",
    "BadEmailAddress": "permanent",
    "SoftBounce": "temporary",
    "Transient": "temporary",
    "DnsError": "temporary",
    "SpamComplaint": "complaint",
    "SpamNotification": "complaint",
}
_SES: dict[str, Kind] = {"Permanent": "permanent", "Transient": "temporary", "Undetermined": "temporary"}
_MAILGUN: dict[str, Kind] = {"permanent": "permanent", "temporary": "temporary"}
_SENDGRID: dict[str, Kind] = {"bounce": "permanent", "blocked": "temporary"}
_SNS = re.compile(r"https://sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/[\x21-\x7e]{1,2000}")


@dataclass(frozen=True)
class Report:
    """One address that a provider says something about."""

    email: str
    kind: Kind
    said: str = ""


def read_reports(sent: Any) -> list[Report]:
    """The bounces and complaints among a provider's events, whichever it is; nothing for all others."""
    events = sent[:MOST] if isinstance(sent, list) else [sent]
    return [one for event in events if isinstance(event, dict) for one in _of_event(event) if one.email]


def to_confirm(sent: Any) -> str | None:
    """Where Amazon SNS wants its subscription to be confirmed, when that is what it asks."""
    asked = (
        sent.get("SubscribeURL") if isinstance(sent, dict) and sent.get("Type") == "SubscriptionConfirmation" else None
    )
    return asked if isinstance(asked, str) and _SNS.fullmatch(asked) else None


def _of_event(event: dict[str, Any]) -> Iterator[Report]:
    if event.get("Type") == "Notification":
        try:
            event = _object(json.loads(_text(event.get("Message"))))
        except (ValueError, RecursionError):
            return
    if "notificationType" in event or "eventType" in event:
        yield from _of_ses(event)
    elif "event-data" in event:
        yield from _of_mailgun(_object(event["event-data"]))
    elif "RecordType" in event:
        kind = _POSTMARK.get(_text(event.get("Type")) or _text(event["RecordType"]))
        if kind:
            yield Report(
                _text(event.get("Email")), kind, _text(event.get("Details")) or _text(event.get("Description"))
            )
    elif event.get("event") == "spamreport":
        yield Report(_text(event.get("email")), "complaint")
    elif event.get("event") == "bounce" and (kind := _SENDGRID.get(_text(event.get("type")) or "bounce")):
        yield Report(_text(event.get("email")), kind, _text(event.get("reason")))


def _of_ses(event: dict[str, Any]) -> Iterator[Report]:
    bounce, complaint = _object(event.get("bounce")), _object(event.get("complaint"))
    kind = _SES.get(_text(bounce.get("bounceType")))
    for one in _objects(bounce.get("bouncedRecipients")) if kind else ():
        yield Report(_text(one.get("emailAddress")), kind or "temporary", _text(one.get("diagnosticCode")))
    for one in _objects(complaint.get("complainedRecipients")):
        yield Report(_text(one.get("emailAddress")), "complaint")


def _of_mailgun(event: dict[str, Any]) -> Iterator[Report]:
    status = _object(event.get("delivery-status"))
    if event.get("event") == "complained":
        yield Report(_text(event.get("recipient")), "complaint")
    elif event.get("event") == "failed" and (kind := _MAILGUN.get(_text(event.get("severity")))):
        yield Report(
            _text(event.get("recipient")), kind, _text(status.get("message")) or _text(status.get("description"))
        )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value[:MOST] if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
