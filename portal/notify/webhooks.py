"""Webhooks: signed as Standard Webhooks says, so that ready-made verifiers accept them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac

SECRET_START = "whsec_"  # noqa: S105


def secret_text(secret: bytes) -> str:
    """A signing secret (24 to 64 bytes) as its owner is given it."""
    return SECRET_START + base64.b64encode(secret).decode()


def signature_headers(secret: bytes, identity: str, moment: int, body: bytes) -> dict[str, str]:
    """The three headers of one message. `identity` is the same at every try; `moment` is seconds since 1970, now."""
    signed = f"{identity}.{moment}.".encode() + body
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
