"""What all tests share: the corpora, and a portal of their own with a clock that they hold."""

import itertools
import pathlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from portal.config import Settings
from portal.domain.names import Permission
from portal.domain.times import to_text
from portal.store.database import Database
from portal.store.portal_row import ensure_portal_row
from portal.verbs.context import Actor, Context
from tests.chromium import browser  # noqa: F401  (a fixture)

ROOT = pathlib.Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def corpora() -> pathlib.Path:
    """Real histories written by others, beside the checkout; never copied into it."""
    path = ROOT.parent / "shared" / "corpora"
    if not path.is_dir():
        pytest.skip("../shared/corpora is not here")
    return path


@dataclass
class HeldClock:
    """A clock that moves only when a test says so."""

    moment: datetime = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **step: float) -> datetime:
        self.moment += timedelta(**step)
        return self.moment

    @property
    def text(self) -> str:
        return to_text(self.moment)


@dataclass
class Ids:
    """Public ids in order, so that a failing test reads the same twice."""

    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def __call__(self) -> str:
        return f"id{next(self.numbers):010d}"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def settings(tmp_path: pathlib.Path) -> Settings:
    return Settings(home=tmp_path, site_url="https://status.example.com", support_email="support@example.com")


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """An empty database with the current schema, made once; each test gets a copy."""
    path = tmp_path_factory.mktemp("migrated") / "portal.db"
    database = Database(path)
    database.migrate()
    database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def context(settings: Settings, clock: HeldClock, migrated: pathlib.Path) -> Context:
    """A portal's verbs on an empty database, with the clock held at 2026-11-23 14:00 UTC."""
    shutil.copy(migrated, settings.database_path)
    database = Database(settings.database_path)
    with database.transaction() as db:
        ensure_portal_row(db, "0123456789abcdef", "page00000001", clock.text)
    yield Context(database, settings, now=clock, new_id=Ids())
    database.close()


def person(name: str, *permissions: str) -> Actor:
    return Actor(name, frozenset(Permission(one) for one in permissions))


@pytest.fixture
def admin() -> Actor:
    return person("ada@example.com", "admin")


@pytest.fixture
def responder() -> Actor:
    return person("rob@example.com", "responder")


@pytest.fixture
def messenger() -> Actor:
    return person("mia@example.com", "messenger")


@pytest.fixture
def security() -> Actor:
    return person("sam@example.com", "security")


Tell = Callable[[str, str], None]
"""tell(proof, figure): what one proof showed, as `crash points` and `412 kills: 0 lost, 0 violations`."""

_FIGURE = "figure"


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    figures = request.node.user_properties  # they come along from the process that ran the test
    return lambda proof, figure: figures.append((_FIGURE, (proof, figure)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, []) if one.when == "call"
    ]
    figures = [told for one in reports for name, told in one.user_properties if name == _FIGURE]
    if figures:
        terminalreporter.section("proofs")
        width = max(len(proof) for proof, _ in figures)
        for proof, figure in figures:
            terminalreporter.write_line(f"{proof:<{width}}  {figure}")
