"""The rules for status posts, P1 to P20: `examine` says what is wrong with a draft and what to write instead."""

from portal.domain.rules.draft import Draft, Finding, Setting, apply_suggestion
from portal.domain.rules.examination import examine
from portal.domain.rules.promises import promise_line, with_support_contact

__all__ = ["Draft", "Finding", "Setting", "apply_suggestion", "examine", "promise_line", "with_support_contact"]
