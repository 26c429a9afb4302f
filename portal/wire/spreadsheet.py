"""Tables as CSV (RFC 4180) that a spreadsheet program reads as text and numbers, never as formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def to_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The table with a row of heads. A text that a program might take for a formula gets an apostrophe in front (OWASP,
    CSV injection); numbers stay numbers, None is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def of_cell(text: str) -> str:
    """The text that `to_csv` made this cell of."""
    return text[1:] if text.startswith("'") and _begins_a_formula(text[1:]) else text


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and _begins_a_formula(value) else value


def _begins_a_formula(text: str) -> bool:
    return text.lstrip(" \u00a0\ufeff").startswith(_BEGINS_A_FORMULA) or text.startswith(_BEGINS_A_FORMULA)
