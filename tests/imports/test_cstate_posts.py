from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.imports.cstate_posts import posts_in
from portal.imports.cstate_times import NoTime, read_time

START = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
END = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def told(text: str, resolved: datetime | None = END) -> list[tuple[str, str, str]]:
    posts = posts_in(text, START, resolved, "site/issues/x.md")
    return [(f"{post.display_at:%d %H:%M}", post.state.value, post.body) for post in posts]


def test_a_text_without_marks_is_one_post_at_the_start():
    assert told("Search is slow.\n\nWe look into it.") == [
        ("01 10:00", "investigating", "Search is slow.\n\nWe look into it.")
    ]


def test_tracked_updates_newest_first():
    text = (
        '*Resolved* -\nAll is well. {{< track "2026-06-01 12:00:00" >}}\n\n'
        '*Monitoring* - A fix is in. {{< track "2026-06-01 11:00:00" >}}\n\n'
        '*Investigating* - Search is slow. {{% track "2026-06-01 10:00:00" %}}'
    )
    assert told(text) == [
        ("01 10:00", "investigating", "Search is slow."),
        ("01 11:00", "monitoring", "A fix is in."),
        ("01 12:00", "resolved", "All is well."),
    ]


def test_tracked_updates_without_blank_lines_between():
    text = (
        '*Update* - Better. {{< track "2026-06-01 11:00" >}}\n*Investigating* - Bad. {{< track "2026-06-01 10:00" >}}'
    )
    assert told(text, None) == [("01 10:00", "investigating", "Bad."), ("01 11:00", "investigating", "Better.")]


@pytest.mark.parametrize(
    "label",
    ["Update: ", "edit: ", "**Update** - ", "**Update:** ", "_UPDATE_: ", "**Resolved:** "],
)
def test_labels_below_the_text(label):
    assert told(f"Search is slow.\n\n{label}It is fast again.") == [
        ("01 10:00", "investigating", "Search is slow."),
        ("01 12:00", "resolved", "It is fast again."),
    ]


def test_final_messages_and_postmortems_keep_their_name():
    text = (
        "*Post-mortem*\n\nA disk broke.\n\n---\n\n[Final Message] - All is well.\n\n*Investigating* - Search is slow."
    )
    assert told(text) == [
        ("01 10:00", "investigating", "Search is slow."),
        ("01 10:00", "resolved", "**Final Message**\n\nAll is well."),
        ("01 12:00", "resolved", "**Post-mortem**\n\nA disk broke."),
    ]


def test_rules_set_messages_apart():
    assert told("Search is slow.\n\n---\n\nIt is fast again.") == [
        ("01 10:00", "investigating", "Search is slow."),
        ("01 12:00", "resolved", "It is fast again."),
    ]


def test_headings_that_tell_news_with_their_days():
    text = "#### Final update on June 3 ####\nOver.\n\n#### Update on June 2 ####\nHalf.\n\n#### Search is down\nSorry."
    resolved = datetime(2026, 6, 3, 15, 0, tzinfo=UTC)
    assert told(text, resolved) == [
        ("01 10:00", "investigating", "**Search is down**\n\nSorry."),
        ("02 12:00", "investigating", "**Update on June 2**\n\nHalf."),
        ("03 12:00", "resolved", "**Final update on June 3**\n\nOver."),
    ]


def test_headings_without_news_stay_one_text():
    text = "## What happened\nThis.\n\n## What you can do\nThat."
    assert [body for _, _, body in told(text)] == [text]


def test_a_list_of_stamped_updates():
    text = "Tasks wait.\n\nUpdates:\n\n- Mon Jun 1 10:20:30 UTC: Slowly going on.\n- `2026-06-01T14:00:00+02:00`: Done."
    assert told(text) == [
        ("01 10:00", "investigating", "Tasks wait."),
        ("01 10:20", "investigating", "Slowly going on."),
        ("01 12:00", "resolved", "Done."),
    ]


def test_updates_put_above_the_text():
    text = "_UPDATE #2_: No trouble so far.\n\n_UPDATE_: Moved.\n\nWe move the servers.\n\nIt may take an hour."
    assert [body for _, _, body in told(text)] == [
        "We move the servers.\n\nIt may take an hour.",
        "Moved.",
        "No trouble so far.",
    ]


def test_bold_words_and_code_are_no_labels():
    text = "**API** was down.\n\n```\nUpdate: not this\n---\n```\n\n- one: two"
    assert [body for _, _, body in told(text)] == [text]


def test_an_update_keeps_its_id_when_a_newer_one_is_put_above():
    old = (
        '*Update* - Better. {{< track "2026-06-01 11:00" >}}\n\n*Investigating* - Bad. {{< track "2026-06-01 10:00" >}}'
    )
    new = f'*Resolved* - Good. {{{{< track "2026-06-01 12:00" >}}}}\n\n{old}'
    before, after = (posts_in(text, START, None, "x") for text in (old, new))
    assert [post.public_id for post in after[:2]] == [post.public_id for post in before]


@given(
    st.lists(
        st.sampled_from(
            [
                "Update: ",
                "*Resolved* - ",
                "---",
                "\n",
                "\n\n",
                "# Update ",
                "words",
                '{{< track "2026-06-01 11:00" >}}',
                "```\n",
            ]
        )
    ).map("".join)
)
def test_any_text_becomes_posts_in_order_of_their_places(text):
    posts = posts_in(text, START, END, "x")
    assert all(post.body for post in posts)
    assert text.count("words") == sum(post.body.count("words") for post in posts)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-06-01 10:00:00", "2026-06-01T10:00"),
        ("2026-06-01 9:05:00 ", "2026-06-01T09:05"),
        ("2026-06-01T10:00:00+02:00", "2026-06-01T08:00"),
        ('"2026-06-01T9:06:14+01:00"', "2026-06-01T08:06"),
        ("2026-06-01 10:00:40+00:00", "2026-06-01T10:00"),
        ("2026-06-01T10:00:00.123Z", "2026-06-01T10:00"),
        ("2026-06-01", "2026-06-01T00:00"),
        ("1 Jun 26 12:35 +0200", "2026-06-01T10:35"),
        ("June 1, 2026 10:00", "2026-06-01T10:00"),
        ("2026-06-01 10:00 -0530", "2026-06-01T15:30"),
    ],
)
def test_forms_of_dates(words, moment):
    assert f"{read_time(words)[0]:%Y-%m-%dT%H:%M}" == moment


@pytest.mark.parametrize(
    "words",
    ["", "soon", "2026-06-01T015:00:00+02:00", "2026-02-30", "2026-13-01", "2026-06-01 25:00", "9999-99-99", "12"],
)
def test_impossible_dates(words):
    with pytest.raises(NoTime):
        read_time(words)


@given(st.text(max_size=30))
def test_any_words_are_a_time_or_none(words):
    try:
        assert read_time(words)[0].tzinfo is not None
    except NoTime as error:
        assert error.args  # noqa: PT017
