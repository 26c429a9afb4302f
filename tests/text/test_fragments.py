import threading

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.text import fragment, plain
from portal.text.fragments import _Cache

from .reading import faults, words

HOSTILE = "*_`[]()<>#&;!|\\-+=~:/\"' \n\t\x00\x02\x03\u0338aA1.@"
texts = st.text(st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=[])))
pieces = st.lists(
    st.sampled_from(
        [
            "<script>",
            "</p>",
            "<div",
            "](http://a.example/",
            "[x",
            "![",
            "```\n",
            "~~~",
            "&#60;",
            "&lt;",
            "&#14;",
            "> ",
            "- ",
            "|a|b|\n|-|-|\n",
            "[r]: http://b.example\n",
            "*[API]: x\n",
            "javascript:",
            "data:text/html,",
            "\n\n",
            "    ",
            "**",
            "https://c.example/?a=1&b=2",
            "<!--",
            "<![CDATA[",
            "<?php",
            "̸",
            "klzzwxh:0001",
            "\x02wzxhzdk:0\x03",
            "# ",
        ]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    "typed", ["<api>", "<script>alert(1)</script>", "<!-- hidden -->", "5 < 6 > 4", "<b>x</b>", "</div>"]
)
def test_raw_html_is_shown_as_it_was_typed(typed):
    made = fragment(typed)
    assert words(made) == typed.replace(" ", "")
    assert faults(made) == []


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("# Title", "<h3>Title</h3>"),
        ("##### Deep", "<h6>Deep</h6>"),
        ("#42 is fixed", "<p>#42 is fixed</p>"),
        ("**a** _b_ `c`", "<p><strong>a</strong> <em>b</em> <code>c</code></p>"),
        ("my_host_name and 2*3*4", "<p>my_host_name and 2<em>3</em>4</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("```\na < b\n```", "<pre><code>a &lt; b\n</code></pre>"),
        ("a\u00a0b", "<p>a&#160;b</p>"),
    ],
)
def test_what_people_type_is_what_readers_expect(typed, shown):
    assert fragment(typed) == shown


def test_a_table_becomes_a_table():
    made = fragment("| a | b |\n|:--|--|\n| 1 | 2 |")
    assert "<th>a</th>" in made
    assert "<td>2</td>" in made
    assert faults(made) == []


@pytest.mark.parametrize(
    ("typed", "address", "label"),
    [
        ("[docs](https://docs.example/a_b)", "https://docs.example/a_b", "docs"),
        ("[docs](<https://docs.example/>)", "https://docs.example/", "docs"),
        ("![graph](https://x.example/a.png)", "https://x.example/a.png", "graph"),
        ("[mail](mailto:a@b.example)", "mailto:a@b.example", "mail"),
        ("<https://x.example/>", "https://x.example/", "https://x.example/"),
        ("write to a_b+c@b-c.example.", "mailto:a_b+c@b-c.example", "a_b+c@b-c.example"),
        ("(**a@b.example**)", "mailto:a@b.example", "a@b.example"),
        ("<a@b.example>", "mailto:a@b.example", "a@b.example"),
        ("see https://x.example/a_b_c.", "https://x.example/a_b_c", "https://x.example/a_b_c"),
        ("(https://x.example/a_(b))", "https://x.example/a_(b)", "https://x.example/a_(b)"),
        ("**https://x.example/**", "https://x.example/", "https://x.example/"),
        ("https://x.example/?a=1&b=2, and", "https://x.example/?a=1&amp;b=2", "https://x.example/?a=1&amp;b=2"),
    ],
)
def test_links(typed, address, label):
    assert f'<a href="{address}" rel="noopener">{label}</a>' in fragment(typed)


@pytest.mark.parametrize("typed", ["`a@b.example`", "@someone", "a@b", "git@host:a/b", "x@1.2.3.4", "a@b.c@d.example"])
def test_what_is_no_mail_address_is_no_link(typed):
    assert "<a " not in fragment(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[x](/relative)",
        "![x](x.png)",
        "<javascript:alert(1)>",
        "[x]\n\n[x]: https://elsewhere.example",
        "ftp://x.example",
    ],
)
def test_other_schemes_and_references_stay_words(typed):
    made = fragment(typed.split("\n\n")[0])
    assert "<a" not in made
    assert faults(fragment(typed)) == []


def test_one_text_can_not_reach_another():
    fragment("[x]: https://evil.example\n*[API]: hacked\n\n<script>")
    assert fragment("[x] the API") == "<p>[x] the API</p>"


@given(st.one_of(texts, pieces))
def test_any_text_becomes_balanced_html_of_the_allowed_tags(text):
    assert faults(fragment(text)) == []
    assert "\n" not in plain(text)


@given(st.one_of(texts, pieces))
def test_a_fragment_stands_in_a_page_unchanged(text):
    """The site's pages are Markdown with fragments inside a block element."""
    page = markdown.Markdown(
        extensions=["tables", "fenced_code", "pymdownx.superfences", "md_in_html", "attr_list", "abbr", "toc"]
    )
    made = page.convert(f'# Title\n\n<div class="post">\n{fragment(text)}\n</div>\n\nafter *it*\n')
    assert fragment(text) in made
    assert "<p>after <em>it</em></p>" in made


def test_a_fence_inside_a_fence_does_not_escape_into_the_page():
    made = fragment("````\n```\n<div>\n```\n````")
    assert "```" not in made
    assert words(made) == "```<div>```"


def test_plain_is_one_line_of_words():
    assert plain("# Hi\n\nthe **API** at <eu>\n\n- one\n- two & `x`") == "Hi the API at <eu> one two & x"


def test_threads_convert_at_the_same_time_without_mixing_texts():
    wrong: list[str] = []

    def convert(number: int) -> None:
        for step in range(60):
            text = f"**{number}** `{step}`"
            if fragment(text) != f"<p><strong>{number}</strong> <code>{step}</code></p>":
                wrong.append(text)

    threads = [threading.Thread(target=convert, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_cache_forgets_what_was_used_least_recently():
    cache = _Cache(10)
    cache.put("a", "1234")
    cache.put("b", "1234")
    assert cache.get("a") == "1234"
    cache.put("c", "1234")
    assert [cache.get(name) for name in "abc"] == ["1234", None, "1234"]


@pytest.mark.corpora
def test_known_attacks_do_nothing(corpora):
    attacks: list[str] = []
    for path in sorted((corpora / "vectors" / "xss").rglob("*")) + sorted((corpora / "vectors").glob("*/blns.txt")):
        if path.is_file():
            text = path.read_text("utf-8", errors="replace")
            attacks += [text[:25_000], *text.splitlines()]
    assert len(attacks) > 5_000
    assert {attack[:80]: found for attack in attacks if (found := faults(fragment(attack)))} == {}
