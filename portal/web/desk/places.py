"""Addresses inside the desk."""

import re

from portal.web.desk.pages import PREFIX

_OURS = re.compile(rf"{PREFIX}/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def on_our_own(to: str) -> str:
    """An address to go on to, when it is a page of the desk; else the board."""
    return to if _OURS.fullmatch(to) and not to.startswith(f"{PREFIX}/sign-") else f"{PREFIX}/"


def sign_in_address(base: str, token: str) -> str:
    """The whole address that signs in once; `base` is the desk's, without a slash at the end."""
    return f"{base}{PREFIX}/sign-in/link/{token}"
