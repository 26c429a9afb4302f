"""People's texts: cleaned at the door, converted one by one into safe fragments."""

from portal.text.cleaning import clean

__all__ = ["clean"]
