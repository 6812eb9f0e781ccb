"""The pace that all processes of a store share."""

from __future__ import annotations

from alembic import op

from litwatch.store.tables import METADATA

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of turns. A revision that changes it freezes its definition here first."""
    METADATA.create_all(op.get_bind(), tables=[METADATA.tables["pace"]])
