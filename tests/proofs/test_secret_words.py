"""Words that must not be public stand in no file of any release, in no answer to the public, no log and no metric."""

import json
import pathlib
import re
import time

import pytest

from tests.conftest import Tell
from tests.proofs.api.permissions import OF_EVERYBODY
from tests.proofs.secrets import Office, everything, files, found_in
from tests.running import RunningPortal


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory):
    home = tmp_path_factory.mktemp("secrets") / "home"
    with RunningPortal(home, site_name="Example") as portal:
        made = Office(portal)
        made.refs = everything(made)
        while portal.get("/readyz")[0] != 200:
            time.sleep(0.05)
        yield made


def test_no_file_of_any_release_holds_one(office: Office, tell: Tell) -> None:
    texts = files(office.portal.home / "releases")
    assert not found_in(office.words, texts)
    public = found_in(office.public, texts)
    assert {one.rpartition(": ")[0] for one in public} == set(office.public), "the search finds what is public"
    tell(
        "embargo, words",
        f"{len(office.words)} words in none of {len(texts)} files, though {len(office.public)} others are",
    )


def test_no_answer_to_the_public_holds_one(office: Office, tell: Tell) -> None:
    """Every file, every address that a secret has or had, and every route of the API without a token."""
    portal, answers = office.portal, []
    site = (portal.home / "site").resolve()
    paths = {"/" + path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("*")}
    known = [office.ask("GET", f"/incidents/{ref}")["public_id"] for ref in office.refs]
    paths |= {f"/incidents/{one}/" for one in known} | {f"/api/v2/incidents/{one}.json" for one in known}
    paths |= {f"/components/{word}/" for word in office.words.values()}
    programs = [rule.replace("<token>", "x") for rule in OF_EVERYBODY if not rule.endswith("<public:path>")]
    paths |= {*programs, *(f"/subscriptions?incident={one}" for one in known), "/desk/", "/desk/sign-in"}
    for path in sorted(paths):
        status, headers, body = portal.get(path)
        asked = path.encode() if status == 404 else b""
        answers.append((f"{status}", body.replace(asked, b"") + json.dumps(headers).encode()))
    document = json.loads(portal.get("/api/v1/openapi.json")[2])
    for template, methods in document["paths"].items():
        for ref in office.refs:
            path = "/api/v1" + re.sub(r"\{[^}]*\}", "1", template.replace("{ref}", ref))
            for method in methods.keys() & {"get", "post", "put", "patch", "delete"}:
                status, headers, body = portal.request(
                    method.upper(), path, {} if method != "get" else None, {"Content-Type": "application/json"}
                )
                assert status in {401, 404} or "security" in methods[method] or status < 300, (method, path, status)
                answers.append((f"{method} {path}", body + json.dumps(headers).encode()))
    for path in ("/readyz", "/healthz", "/metrics", "/api/v1/docs"):
        answers.append((path, portal.get(path)[2]))
    assert not found_in(office.words, answers)
    tell("embargo, answers", f"{len(answers)} answers without any of them")


def test_no_log_and_no_metric_holds_one(office: Office) -> None:
    metrics = office.portal.get("/metrics", Authorization=office.headers["Authorization"])
    assert metrics[0] == 200
    logs = [("log", office.portal.log.read_bytes()), ("metrics", metrics[2])]
    assert all(content for _, content in logs)
    assert not found_in(office.words, logs)


def test_a_word_that_leaks_is_found(office: Office, tmp_path: pathlib.Path) -> None:
    word = next(iter(office.words.values()))
    (tmp_path / "page.html").write_text(f"<p>{word.upper()}</p>")
    assert len(found_in(office.words, files(tmp_path))) == 1
