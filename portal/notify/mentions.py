"""Words that people wrote, so that no chat takes them for a call."""

import re

_CALL = re.compile(r"(?<![^\W_])@(?=\w)|<(?=[!@#&]|users/)")
"""`@here`, `@room`, `@ada` (not the sign inside a mail address), and what Slack, Discord and Google Chat read as calls:
`<!here>`, `<@U1>`, `<#C1>`, `<@&1>`, `<users/all>`."""
_NOTHING = "\u200b"


def without_mentions(text: str) -> str:
    """The same to read; an invisible character keeps every chat from calling somebody."""
    return _CALL.sub(lambda found: found[0] + _NOTHING, text)
