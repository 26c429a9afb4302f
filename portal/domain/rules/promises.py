"""What a post gets by itself: the support contact (P5) and the line that promises the next update (P9)."""

import re

from portal.language import Words


def with_support_contact(body: str, support_email: str, words: Words) -> str:
    """The body with a last paragraph that names the support address, unless the address is already in it."""
    if not support_email or _names(body, support_email):
        return body
    contact = words("If you have any questions, email %(address)s.", address=support_email)
    return f"{body.rstrip()}\n\n{contact}"


def promise_line(due_text: str) -> str:
    """The public promise; `due_text` is a time with its zone, such as `14:30 UTC`."""
    return f"Next update by {due_text}."


def _names(body: str, address: str) -> bool:
    return re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)", body, re.IGNORECASE) is not None
