"""The first schema."""

from __future__ import annotations

from alembic import op

from litwatch.store.tables import METADATA

revision = "0001"
down_revision = None
TABLES = (
    "search_run report record record_version study_alias relation appraisal mark news digest digest_file message lease"
)


def upgrade() -> None:
    """Create the first tables. A revision that changes one of them freezes its definition here first."""
    METADATA.create_all(op.get_bind(), tables=[METADATA.tables[name] for name in TABLES.split()])
