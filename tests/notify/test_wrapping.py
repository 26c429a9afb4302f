"""Markdown in a terminal: 72 columns, and nothing that was typed with care is broken."""

import pytest

from portal.notify.wrapping import COLUMNS, wrapped

LONG = "Searches in the Search component fail for some customers, and we are looking into it with everybody we have."


def test_paragraphs_are_joined_and_wrapped():
    assert wrapped("one\ntwo\n\nthree") == "one two\n\nthree"
    assert max(len(line) for line in wrapped(LONG).splitlines()) <= COLUMNS


def test_lists_hang_and_quotes_keep_their_mark():
    said = wrapped(f"- {LONG}\n- second\n\n1. {LONG}\n\n> {LONG}")
    lines = said.splitlines()
    assert lines[0].startswith("- Searches")
    assert lines[1].startswith("  ")
    assert "- second" in lines
    assert all(line.startswith(">") for line in lines[-2:])


@pytest.mark.parametrize("kept", ["```\na   b\n  c\n```", "    code  stays", "| a |\n|---|", "# Heading", "---"])
def test_what_was_laid_out_stays(kept):
    assert wrapped(kept) == kept


def test_an_address_is_never_cut():
    address = "https://status.example.com/" + "x" * 100
    assert address in wrapped(f"Read on at {address} and come back.").splitlines()
