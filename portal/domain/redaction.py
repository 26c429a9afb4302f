"""Blanking words that must not be public."""

import json
import re
from typing import Any

BLANK = "█████"
"""Always five, so that its length tells nothing."""


def pattern(words: str) -> "re.Pattern[str]":
    """Matches the words exactly, in any case of letters, with any white space between them."""
    return re.compile(r"\s+".join(re.escape(word) for word in words.split()), re.IGNORECASE)


def blanked(value: Any, words: "re.Pattern[str]") -> Any:
    """The value with the words blanked in every text inside it; lists and mappings are walked, keys are kept."""
    if isinstance(value, str):
        return words.sub(BLANK, value)
    if isinstance(value, list):
        return [blanked(one, words) for one in value]
    if isinstance(value, dict):
        return {name: blanked(one, words) for name, one in value.items()}
    return value


def blanked_json(text: str, words: "re.Pattern[str]") -> str:
    """The same for a JSON text, which is left as it is when the words are not in it."""
    value = json.loads(text)
    after = blanked(value, words)
    return text if after == value else json.dumps(after, ensure_ascii=False)
