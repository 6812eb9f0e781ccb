"""Why records are of one report, and the index by which a new record finds those like it."""

from __future__ import annotations

from alembic import op

from litwatch.store.tables import METADATA

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both tables. A revision that changes one freezes its definition here first."""
    METADATA.create_all(op.get_bind(), tables=[METADATA.tables[name] for name in ("likeness", "likeness_index")])
