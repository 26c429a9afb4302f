"""The examples of docs/api.md, run from top to bottom."""

import re
import shlex
from dataclasses import dataclass, field

import pytest

from portal.verbs.mail import KINDS
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "api.md").read_text("utf-8")
BASE = "http://127.0.0.1:8000/api/v1"


@dataclass
class Curl:
    """A curl command line, as far as the guide uses it."""

    url: str = ""
    method: str | None = None
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


def examples() -> list[str]:
    blocks = re.findall(r"(?:^    .*\n)+", GUIDE, re.MULTILINE)
    return [block for block in blocks if block.lstrip().startswith("curl ")]


def understood(example: str, token: str) -> Curl:
    words = iter(shlex.split(example.replace("\\\n", " ").replace("$TOKEN", token))[1:])
    asked = Curl()
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            asked.headers[name] = value
        elif word == "-d":
            asked.body = next(words)
        elif word == "-X":
            asked.method = next(words)
        elif word.startswith("-"):
            assert word == "-sS", f"{word} is not understood here"
        else:
            asked.url = word
    return asked


def test_every_example_of_the_guide_works_in_this_order(api):
    assert len(examples()) >= 10
    api.token, token = None, api.token
    for example in examples():
        asked = understood(example, token)
        assert asked.url.startswith(BASE), example
        method = asked.method or ("POST" if asked.body else "GET")
        answer = api(method, asked.url.removeprefix(BASE), asked.body and asked.body.encode(), **asked.headers)
        assert answer.status_code in (200, 201), f"{example}\n{answer.text}"
    assert [one["state"] for one in api.ok("GET", "/incidents", Authorization=f"Bearer {token}")["items"]] == [
        "closed",
        "learning",
    ]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 415, 422, 503])
def test_the_guide_names_every_status_of_a_refusal(status):
    table = GUIDE[GUIDE.index("| status |") :]
    assert str(status) in table.partition("\n\n")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_guide_names_every_mail_that_is_about_no_post(api, kind):
    """Each can be asked for, and where there is none the answer says why."""
    assert f"`{kind}`" in next(line for line in GUIDE.splitlines() if "/mail/letters/{kind}" in line)
    api.ok("POST", "/incidents", {"title": "An alert", "severity": "major"})
    answer = api("GET", f"/mail/letters/{kind}?incident=INC-1")
    if kind == "confirmation":
        assert answer.status_code == 200
    else:
        assert (answer.status_code, "INC-1" in answer.json["detail"]) == (409, True)
