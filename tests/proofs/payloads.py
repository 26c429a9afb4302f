"""Hostile texts: the payloads that others have published, and what can be put together out of syntax."""

import base64
import json
import pathlib
import random
import re

from hypothesis import strategies as st

PLAIN = ["A plain title", "Another one", ("A title so long that it does not fit " * 9).strip()[:300].strip()]
PLAIN += [f"Plain words, number {number}" for number in range(12)]
INVENTED = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea></style></script><svg onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)' x='",
    "]]><script>alert(1)</script><![CDATA[",
    "<!-- components --><script>alert(1)</script>-->",
    "--><img src=x onerror=alert(1)><!--",
    "---\ntemplate: 404.html\ntitle: taken\n---\nwords",
    "---\ntemplate: ../../../../etc/passwd\n...\n",
    "!!python/object/apply:os.system ['true']",
    "&anchor *alias !tag | > %YAML 1.2 {a: [b, c]}: - ? # : @ `",
    "{{ 7*7 }}{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ config.__class__.__init__.__globals__ }} ${7*7} #{7*7} <%= 7*7 %> {% include 'main.html' %}",
    '--8<-- "/etc/passwd"\n--8<--\n../portal.toml\n--8<--',
    '{!/etc/passwd!} ![[/etc/passwd]] ::: portal.config {{ include_file("/etc/passwd") }}',
    "[x](javascript:alert(1)) <javascript:alert(1)> ![x](data:text/html,<script>alert(1)</script>)",
    "[x]: javascript:alert(1)\n[x] *[HTML]: words {: onclick=alert(1) }\n{#id .class onclick=alert(1)}",
    "\x00\x01\x08\x0b\x0c\x1f\x7f\x80\x9f words \ufffe\uffff\ufdd0",
    "\ud800 half \udfff \ude00\ud83d",
    "\u202enimda\u202c \u2066isolated\u2069 \u200f\u200e\u061c right to left \u05d0\u05d1",
    "\u2028line\u2029paragraph\x85next\ufeffmark\u00a0hard\u200bzero\u200djoined",
    "\U0001f469\u200d\U0001f692\U0001f3ff \U0001f1fa\U0001f1f3 e\u0301\u0301 \ufdfa Z\u0351\u036b\u0343\u0302",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62; &amp;lt; &nbsp; &copy &#x202e; &bogus;",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "BEGIN:VEVENT\r\nSUMMARY:injected\r\nEND:VEVENT\r\n;,\\n:",
    "%00%0d%0aSet-Cookie:%20a=b \\u003cscript\\u003e \\x3cscript\\x3e +ADw-script+AD4-",
    "~~~\n```\n</div></article></main>\n```\n~~~",
    "# h1\n## h2\n| a | b |\n| - | - |\n| <b> | `c|d` |\n\n    code\n\n> quote\n\n***\n1. one\n   - two",
]
PIECES = [
    *"<>\"'&`*_[](){}#|\\-+=~!:;,.%$/?\n\t \r",
    *"\x00\x0b\x1f\x7f\x85\u2028\u2029\u202e\u2066\u200d\ufeff\ufffe\ud800\udc00é",
    *("<script>", "</script>", "<img src=x onerror=", "alert(1)", "javascript:", "]]>", "<![CDATA[", "<!--", "-->"),
    *("---\n", "...\n", "title: ", "!!python/name:os", "{{", "}}", "{%", "%}", '--8<-- "', "{!", "```\n", "~~~\n"),
    *("&lt;", "&#60;", "&#x202e;", "\U0001f600", "\U0001f469\u200d\U0001f4bb", "\u05d0", "http://", "](", "][", "\n\n"),
    *("    ", "> ", "* ", "1. ", "| - |", "</div>", "<h1", "<!-- components -->", "{: onclick=x }", "words", "a"),
]


def invented() -> st.SearchStrategy[str]:
    """Syntax in any order, and any characters between it; lone surrogates among them."""
    anything = st.text(st.characters(codec=None), max_size=12)
    return st.lists(st.sampled_from(PIECES) | anything, min_size=1, max_size=14).map("".join)


def mixed(count: int) -> list[str]:
    """As many mixtures of syntax, the same each time, for where a text is dear to try."""
    chance = random.Random(11)
    return ["".join(chance.choices(PIECES, k=chance.randint(2, 14))) + "words" for _ in range(count)]


def published(corpora: pathlib.Path) -> list[str]:
    """Every payload below vectors/, each once, in the order of their files."""
    vectors = corpora / "vectors"
    xss = vectors / "xss"
    found: list[str] = _read(xss / "payloadbox" / "xss-payload-list.txt").split("\n")
    lines = _read(xss / "markdown-xss-payloads" / "Markdown-XSS-Payloads.txt")
    found += [*lines.split("\n"), lines]
    sheet = _read(xss / "owasp" / "XSS_Filter_Evasion_Cheat_Sheet.md")
    found += re.findall(r"```\w*\n(.*?)\n```", sheet, re.DOTALL)
    found += [sheet[start : start + 4_900] for start in range(0, len(sheet), 4_900)]
    purify = _read(xss / "dompurify" / "expect.mjs.txt")
    found += [json.loads(text) for text in re.findall(r'"payload":\s*("(?:[^"\\]|\\.)*")', purify)]
    found += [_read(path).partition("\n--\n")[0] for path in sorted((xss / "bleach").iterdir())]
    naughty = vectors / "naughty-strings"
    found += json.loads(_read(naughty / "blns.json"))
    found += [base64.b64decode(one).decode("utf-8", "surrogateescape") for one in _base64(naughty)]
    for folder in ("markdown-redos", "slack", "email-bounces"):
        found += [_read(path) for path in sorted((vectors / folder).rglob("*")) if path.is_file()]
    return [one for one in dict.fromkeys(found) if one.strip()]


def _base64(folder: pathlib.Path) -> list[str]:
    found: list[str] = json.loads(_read(folder / "blns.base64.json"))
    return found


def _read(path: pathlib.Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
