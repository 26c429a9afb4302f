"""Word lists written as rows of text."""


def word_set(row: str) -> frozenset[str]:
    """The words of a row, as a set."""
    return frozenset(row.split())
