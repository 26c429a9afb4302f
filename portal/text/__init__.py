"""People's texts: cleaned at the door, converted one by one into safe fragments."""

from portal.text.cleaning import clean
from portal.text.foreign import html_to_markdown
from portal.text.fragments import fragment, plain

__all__ = ["clean", "fragment", "html_to_markdown", "plain"]
