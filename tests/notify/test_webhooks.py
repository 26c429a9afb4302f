"""What we sign, the makers' own verifier accepts."""

import base64
import secrets
import time

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from portal.notify.webhooks import secret_text, signature_headers


@pytest.mark.parametrize("body", [b"{}", '{"page": "Ünïcödé ✓"}'.encode(), b'{"a": "' + b"x" * 100_000 + b'"}'])
def test_the_verifier_of_standard_webhooks_accepts_ours(body: bytes) -> None:
    secret = secrets.token_bytes(32)
    headers = signature_headers(secret, "msg_1", int(time.time()), body)
    assert Webhook(secret_text(secret)).verify(body, headers) is not None


def test_it_refuses_other_words_another_secret_and_an_old_time() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    now = int(time.time())
    for body, key, moment in ((b"{ }", secret, now), (b"{}", b"x" * 24, now), (b"{}", secret, now - 3600)):
        headers = signature_headers(secret, "msg_1", moment, b"{}")
        with pytest.raises(WebhookVerificationError):
            Webhook(secret_text(key)).verify(body, headers)
