"""The files of digests as gzip streams."""

from __future__ import annotations

import gzip

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
FILES = sa.table("digest_file", *map(sa.column, ("watch_id", "label", "name", "content")))
PLACE = FILES.c.watch_id, FILES.c.label, FILES.c.name


def upgrade() -> None:
    """Pack each file that stands, one at a time."""
    bind = op.get_bind()
    for place in bind.execute(sa.select(*PLACE)).all():
        here = [column == value for column, value in zip(PLACE, place, strict=True)]
        content = bind.execute(sa.select(FILES.c.content).where(*here)).scalar_one()
        bind.execute(sa.update(FILES).where(*here).values(content=gzip.compress(content, mtime=0)))
