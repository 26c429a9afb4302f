"""Addresses inside the desk."""

import re

from portal.web.desk.pages import PREFIX

_OURS = re.compile(rf"{PREFIX}/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def on_our_own(to: str) -> str:
    """An address to go on to, when it is a page of the desk; else the board."""
    return to if _OURS.fullmatch(to) and not to.startswith(f"{PREFIX}/sign-") else f"{PREFIX}/"
