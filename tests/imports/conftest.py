import pathlib

import pytest

from portal.verbs.context import Actor, Context

from .telling import Importing


@pytest.fixture
def importing(context: Context, admin: Actor, tmp_path: pathlib.Path) -> Importing:
    return Importing(context, admin, tmp_path / "files")
