import pathlib
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from portal.cli import main

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls `portal` in an empty folder; `code` is the exit code that is expected."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "var"))

    def call(*words: str, code: int = 0, **more: str) -> Result:
        result = CliRunner().invoke(main, list(words), catch_exceptions=False, **more)
        assert result.exit_code == code, f"portal {' '.join(words)}: {result.exit_code}\n{result.output}"
        return result

    return call
