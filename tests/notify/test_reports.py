"""Webhooks of mail providers, in the shapes that their documentation gives."""

import json
from typing import Any

import pytest

from portal.notify.reports import Report, read_reports, to_confirm

ADA = "ada@customer.example"


def ses(**more: Any) -> dict[str, Any]:
    return {"mail": {"messageId": "1", "destination": [ADA]}, **more}


def by_sns(message: Any) -> dict[str, Any]:
    return {"Type": "Notification", "MessageId": "1", "Message": json.dumps(message)}


GONE = ses(
    notificationType="Bounce",
    bounce={
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": ADA, "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 unknown"}],
    },
)
SPAM = ses(eventType="Complaint", complaint={"complainedRecipients": [{"emailAddress": ADA}]})
MAILGUN = {"signature": {"token": "x"}, "event-data": {"event": "failed", "severity": "permanent", "recipient": ADA}}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (GONE, [Report(ADA, "permanent", "smtp; 550 5.1.1 unknown")]),
        (by_sns(GONE), [Report(ADA, "permanent", "smtp; 550 5.1.1 unknown")]),
        (by_sns(SPAM), [Report(ADA, "complaint")]),
        (by_sns(ses(notificationType="Delivery", delivery={"recipients": [ADA]})), []),
        (MAILGUN, [Report(ADA, "permanent")]),
        (
            {
                "event-data": {
                    "event": "failed",
                    "severity": "temporary",
                    "recipient": ADA,
                    "delivery-status": {"message": "x"},
                }
            },
            [Report(ADA, "temporary", "x")],
        ),
        ({"event-data": {"event": "complained", "recipient": ADA}}, [Report(ADA, "complaint")]),
        ({"event-data": {"event": "delivered", "recipient": ADA}}, []),
        (
            {"RecordType": "Bounce", "Type": "HardBounce", "Email": ADA, "Details": "gone"},
            [Report(ADA, "permanent", "gone")],
        ),
        ({"RecordType": "Bounce", "Type": "AutoResponder", "Email": ADA}, []),
        ({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "Email": ADA}, [Report(ADA, "complaint")]),
        (
            [
                {"email": ADA, "event": "delivered"},
                {"email": ADA, "event": "bounce", "type": "bounce", "reason": "550 unknown"},
                {"email": ADA, "event": "bounce", "type": "blocked"},
                {"email": ADA, "event": "spamreport"},
            ],
            [Report(ADA, "permanent", "550 unknown"), Report(ADA, "temporary"), Report(ADA, "complaint")],
        ),
    ],
)
def test_each_provider_is_understood(sent, expected):
    assert read_reports(sent) == expected


@pytest.mark.parametrize(
    "sent",
    [
        *(None, 1, "x", [], {}, [[]], [1], {"event": {}}, {"event": "bounce"}, {"event-data": []}, {"RecordType": 1}),
        *({"Type": "Notification"}, {"Type": "Notification", "Message": "{"}, by_sns([]), by_sns(by_sns(GONE))),
        {
            "notificationType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": [1, {"emailAddress": 2}]},
        },
        {"notificationType": "Bounce", "bounce": {"bounceType": [], "bouncedRecipients": {}}},
    ],
)
def test_anything_else_is_no_report(sent):
    assert read_reports(sent) == []


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1", True),
        ("https://sns.eu-west-1.amazonaws.com.evil.example/", False),
        ("https://sns.eu-west-1.amazonaws.com/\nfalse line", False),
        ("http://sns.eu-west-1.amazonaws.com/x", False),
        (1, False),
    ],
)
def test_only_amazon_is_asked_for_confirmation(address, taken):
    assert to_confirm({"Type": "SubscriptionConfirmation", "SubscribeURL": address}) == (address if taken else None)
