"""How a command gets at the portal: settings, database and who is acting."""

import getpass

from portal import config, wiring
from portal.config import Settings
from portal.domain.names import Permission
from portal.verbs.context import Actor


def open_portal(settings: Settings | None = None) -> wiring.Portal:
    """The portal of these settings (those of portal.toml and the environment when none are given), ready for verbs."""
    return wiring.assemble(settings or config.load())


def operator() -> Actor:
    """Whoever runs the command line can read the database anyway, so may do everything; the audit log names them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return Actor(f"{name} (command line)", frozenset(Permission))
