"""The first schema."""

from __future__ import annotations

from alembic import op

from litwatch.store.tables import METADATA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table. The next revision freezes these definitions here before it changes one."""
    METADATA.create_all(op.get_bind())
