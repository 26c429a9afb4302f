from collections.abc import Iterator

import pytest

from tests.running import RunningPortal


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPortal]:
    """The made-up company: a year of incidents, one of them open, a maintenance ahead, three postmortems."""
    with RunningPortal(tmp_path_factory.mktemp("demo"), "--demo") as portal:
        yield portal
