"""Documentation that is wrong fails here: commands, settings, links, names of tests, addresses."""

import json
import pathlib
import re
import shlex
import subprocess
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from portal import config, wiring
from portal.cli import COMMANDS
from tests.ops.conftest import Run

ROOT = pathlib.Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
NOT_TEXT = {".png", ".ico", ".woff2", ".gz"}
LONGEST = 400
"""Lines that a file may have."""


def tracked() -> list[pathlib.Path]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this is no git checkout")
    return [path for name in done.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def indented(text: str, start: str) -> list[str]:
    """The commands of a page: indented lines that begin with `start`."""
    return re.findall(rf"^    ({re.escape(start)}.*)$", text, re.MULTILINE)


def test_the_commands_of_the_readme_work_in_order(run: Run) -> None:
    called = []
    for line in indented(README, ".venv/bin/portal "):
        words = shlex.split(line)[1:]
        if words[0] == "init":
            run("init", input="Example\nhttp://127.0.0.1:8000\nhelp@example.com\nada@example.com\n")
        elif words[0] in ("serve", "import"):
            run(*words[:2] if words[0] == "import" else words[:1], "--help")
        else:
            run(*words)
        called.append(words[0])
    assert {"init", "serve", "component", "incident", "import"} <= set(called)


def test_the_request_of_the_readme_is_accepted(run: Run) -> None:
    token = run("token", "add", "laptop", "--role", "admin").output.strip()
    found = re.search(r"^    curl .*?/api/v1(?P<path>\S+) -d '(?P<body>.*?)'$", README, re.MULTILINE | re.DOTALL)
    assert found
    client = wiring.create_app(wiring.assemble(config.load())).test_client()
    answer = client.post(
        f"/api/v1{found['path']}", json=json.loads(found["body"]), headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md", "CHANGELOG.md"])
def test_targets_and_commands_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"(?:`|^ {4})make ([a-z]+)", text, re.MULTILINE)) <= set(targets)
    assert set(re.findall(r"(?:`|/|^ {4}|=\S+ )portal ([a-z]+)", text, re.MULTILINE)) <= set(COMMANDS)


def setting_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from setting_names(inner, f"{prefix}{name}.")
        else:
            yield prefix + name


@pytest.mark.parametrize("name", sorted(setting_names(config.Settings)))
def test_every_setting_is_in_the_table(name: str) -> None:
    assert f"`{name}`" in OPERATIONS


def test_every_setting_in_the_table_exists() -> None:
    rows = [line.split("|")[1] for line in OPERATIONS.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert named <= set(setting_names(config.Settings))


@pytest.mark.parametrize(
    "page", ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md"))]
)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not link.startswith(("http://", "https://")):
            assert ((ROOT / page).parent / link).exists(), f"{page} links to {link}"


@pytest.mark.parametrize("page", sorted(path.name for path in ROOT.glob("docs/adr/0*.md")))
def test_every_decision_names_a_test_that_exists(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "adr" / page).read_text("utf-8"))
    assert named
    for name in named:
        assert (ROOT / name).is_file(), f"{page} names {name}"


def test_no_file_is_longer_than_it_may_be() -> None:
    own = [path for path in tracked() if path.suffix in {".py", ".html", ".js", ".css"} and "vendor" not in path.parts]
    assert {
        path.relative_to(ROOT).as_posix() for path in own if len(path.read_text("utf-8").splitlines()) > LONGEST
    } == set()


def test_no_file_names_a_package_host_or_a_place_on_somebodys_machine() -> None:
    hosts = ("pypi." + "org", "files.python" + "hosted", "registry.npm" + "js", "index-" + "url ", "find-" + "links ")
    places = (f"{ROOT.parent}/", str(pathlib.Path.home()) + "/.")
    allowed = {"Makefile"}  # it says that lock files must not carry addresses
    named = {
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix not in NOT_TEXT and path.name not in allowed
        for word in (*hosts, *places)
        if word in path.read_text("utf-8", errors="replace")
    }
    assert named == set()


def test_locked_requirements_carry_hashes_and_nothing_else() -> None:
    for name in ("runtime", "build", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
        pinned = re.findall(r"^[a-z0-9][\w.\[\]-]*==\S+", text, re.MULTILINE)
        assert len(pinned) >= 2
        assert not re.search(r"https?:|file:|--index|--find|/opt/|/home/", text)
        for block in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block.splitlines()[0]
