"""What a post gets by itself: the support contact (P5) and the line that promises the next update (P9)."""

import re


def with_support_contact(body: str, support_email: str) -> str:
    """The body with a last paragraph that names the support address, unless the address is already in it."""
    if not support_email or _names(body, support_email):
        return body
    return f"{body.rstrip()}\n\nIf you have any questions, email {support_email}."


def promise_line(due_text: str) -> str:
    """The public promise; `due_text` is a time with its zone, such as `14:30 UTC`."""
    return f"Next update by {due_text}."


def _names(body: str, address: str) -> bool:
    return re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", body, re.IGNORECASE) is not None
