"""Lists as people know them from other editors: levels measured from the marker, code inside, no blank line needed."""

import pytest

from portal.text import fragment, plain
from tests.text.reading import faults


def shape(text: str) -> str:
    """The fragment without white space between elements."""
    return "".join(line.strip() for line in fragment(text).replace("<br>", "<br>\n").splitlines())


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- a\n  - b\n  - c", "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>"),
        ("- a\n    - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("1. a\n   - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n\n  more", "<ul><li><p>a</p><p>more</p></li></ul>"),
        ("1. a\n\n   more\n2. b", "<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>"),
        ("Affected:\n- Europe\n- Asia", "<p>Affected:</p><ul><li>Europe</li><li>Asia</li></ul>"),
        ("Do this:\n1. Sign in\n2. Wait", "<p>Do this:</p><ol><li>Sign in</li><li>Wait</li></ol>"),
        ("It began in\n2019. It ended", "<p>It began in<br>2019. It ended</p>"),
        ("- a\n\nafter", "<ul><li>a</li></ul><p>after</p>"),
        ("a\n\n* * *\n\nb", "<p>a</p><hr><p>b</p>"),
        ("a - b\n-5 degrees", "<p>a - b<br>-5 degrees</p>"),
    ],
)
def test_lists(text: str, html: str) -> None:
    assert shape(text) == html


@pytest.mark.parametrize("fence", ["```", "~~~", "```python", "````"])
@pytest.mark.parametrize("indent", ["  ", "   ", "    "])
def test_fenced_code_in_an_item_is_code(fence: str, indent: str) -> None:
    end = fence.removesuffix("python")
    made = fragment(f"- Run:\n\n{indent}{fence}\n{indent}a  <b>\n\n{indent}  c\n{indent}{end}\n\n{indent}after")
    assert "<pre><code>a  &lt;b&gt;\n\n  c\n</code></pre>" in made
    assert made.count("<li>") == made.count("<ul>") == 1
    assert made.index("</pre>") < made.index("<p>after</p>") < made.index("</li>")


def test_lists_in_code_stay_as_they_were_typed() -> None:
    assert "- a\n  - b\n" in fragment("```\n- a\n  - b\n```")


def test_a_fence_that_is_never_closed_loses_no_word() -> None:
    assert plain("- a\n\n  ```\n  b\n\nc").split()[-1] == "c"


def test_depth_is_bounded() -> None:
    made = fragment("".join(f"{'  ' * level}- {level}\n" for level in range(29)))
    assert faults(made) == []
    assert made.count("<ul>") <= 13
    assert all(f">{level}<" in made.replace("\n", "<") for level in range(29))
