"""The schema, as numbered steps that only grow. sqlite-utils records which of them a database has had.

Importing a module files its steps; the order of the imports is the order of the steps.
"""

# isort: off
from portal.store.migrations import spine  # noqa: F401
from portal.store.migrations import desk  # noqa: F401
from portal.store.migrations import drafts  # noqa: F401
from portal.store.migrations import keeper  # noqa: F401
from portal.store.migrations import learning  # noqa: F401
from portal.store.migrations import outbox  # noqa: F401
from portal.store.migrations import room  # noqa: F401

# isort: on
from portal.store.migrations.registry import migrations

__all__ = ["migrations"]
