"""Public ids of imported things: the source's own where it has our form, else one that is always the same."""

import hashlib
import re

_OURS = re.compile(r"[a-z0-9]{12}")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def public_id(*names: str) -> str:
    """The last name itself when it is twelve lower-case letters and digits, else twelve made from all names."""
    if _OURS.fullmatch(names[-1]):
        return names[-1]
    return derived_id(*names)


def derived_id(*names: str) -> str:
    """Twelve lower-case letters and digits, the same for the same names (62 bits of SHA-256)."""
    number = int.from_bytes(hashlib.sha256("\0".join(names).encode()).digest()[:10])
    made = []
    for _ in range(12):
        number, place = divmod(number, len(_ALPHABET))
        made.append(_ALPHABET[place])
    return "".join(made)
