import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import clean, fragment, html_to_markdown, plain

from .reading import faults


@pytest.mark.parametrize(
    "text",
    [
        "requests to <api> took <15 minutes, ask <name@host.example>",
        "a < b and c > d & e",
        "<FUNCTIONALITY IMPACTED> for <SOME/ALL> customers",
        "* not a list\n- neither\n+ nor this",
        "1. first\n2. second",
        "# no heading\n> no quote\n---\n===\n~~~",
        "_under_ __init__ snake_case *star* `tick` [x](y) C:\\dir\\*",
        "see https://x.example/_a_/b*c for more_",
        "a | b\n--|--\n1 | 2",
        "    indented\n\tand tabbed",
        "this <b> was never closed",
    ],
)
def test_a_plain_text_shows_every_character(text):
    assert plain(html_to_markdown(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("source", "made"),
    [
        ("<b>Update</b>\nsecond line", "**Update**\nsecond line"),
        ("one<br />two<br/><br>three", "one\ntwo\n\nthree"),
        ("<p>one\nstill one</p><p>two</p>", "one still one\n\ntwo"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "-   a\n-   b\n    -   c"),
        ('<a href="https://x.example/a b">here</a> now', "[here](https://x.example/a%20b) now"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="/incidents/1">here</a>', "here"),
        ("<p>2 * 3 for <api> and <15 minutes</p>", "2 \\* 3 for <api> and <15 minutes"),
        ("<p>AT&amp;T &lt;api&gt;</p>", "AT&T <api>"),
        ("AT&amp;T &lt;api&gt; &#39;x&#39;", "AT&T <api> 'x'"),
        ("crlf\r\nhere", "crlf\nhere"),
        ("", ""),
    ],
)
def test_bodies_become_markdown(source, made):
    assert html_to_markdown(source) == made


def test_scripts_in_a_body_are_words():
    made = fragment(html_to_markdown("<p>x</p><script>alert(1)</script><img src=x onerror=alert(1)>"))
    assert faults(made) == []
    assert "alert(1)" in plain(html_to_markdown("<p>x</p><script>alert(1)</script>"))


@pytest.mark.parametrize("depth", [41, 3_000])
def test_elements_nested_without_end_leave_their_words(depth):
    assert plain(html_to_markdown("<b>" * depth + "deep" + "</b>" * depth)) == "deep"


markers = st.text(st.sampled_from("*_`[]()>#-+=~ \n!\\|;ab1.:/<@"))
elements = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<br>",
            "<li>",
            "<ul>",
            "</ul>",
            "<x>",
            "<a href='https://x.example'>",
            "</a>",
            "<pre>",
            "</pre>",
            "<table>",
            "<td>",
            "&lt;",
            "&#14;",
            "*",
            "text",
            "\n",
            "<",
            "- ",
        ]
    )
).map("".join)


@given(markers)
def test_no_character_of_a_plain_text_is_lost(text):
    shown = plain(html_to_markdown(text))
    assert "".join(shown.split()) == "".join(text.split())


@given(st.one_of(elements, st.text(st.characters(exclude_categories=[]))))
def test_any_body_becomes_clean_markdown(text):
    made = html_to_markdown(text)
    assert clean(made) == made
    assert faults(fragment(made)) == []
