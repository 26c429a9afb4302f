"""Words that people wrote, so that no chat takes them for a call."""

import re

_CALL = re.compile(
    r"@(?=(?:everyone|here|channel|all)(?![\w-]+\.\w))|(?<![^\W_])@(?=\w)|<(?=[!@#&]|users/)", re.IGNORECASE
)
"""`@here`, `@room`, `@ada` (not the sign inside a mail address); those that call everybody inside words too, as Discord
takes them, but not where a longer name of a host begins (`ada@hereford.example`); and what Slack, Discord and Google
Chat read as calls: `<!here>`, `<@U1>`, `<#C1>`, `<@&1>`, `<users/all>`."""
_NOTHING = "\u200b"


def without_mentions(text: str) -> str:
    """The same to read; an invisible character keeps every chat from calling somebody."""
    return _CALL.sub(lambda found: found[0] + _NOTHING, text)
