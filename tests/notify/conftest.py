"""Fixtures of a portal with a mail server."""

from tests.verbs.conftest import desk
from tests.workers.conftest import mailing, server, settings

__all__ = ["desk", "mailing", "server", "settings"]
