"""Whose turn it is among a million files that are due: by hour, then by views, of each host a few."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"

TABLE = "osakadx_intake_due"
HOST = "CASE WHEN r.url_type = 'upload' THEN '' ELSE left(lower(split_part(coalesce(r.url, ''), '/', 3)), 255) END"


def upgrade():
    op.add_column(TABLE, sa.Column("views", sa.Integer, nullable=False, server_default="0"))
    op.add_column(TABLE, sa.Column("host", sa.UnicodeText, nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("hour", sa.DateTime, sa.Computed("date_trunc('hour', due AT TIME ZONE 'UTC')")))
    op.execute(f"UPDATE {TABLE} d SET host = {HOST} FROM resource r WHERE r.id = d.resource_id")  # noqa: S608
    op.create_index(
        "ix_osakadx_intake_due_turn",
        TABLE,
        ["routine", "host", "hour", sa.text("views DESC"), "due", "resource_id"],
        postgresql_where=sa.text("queued IS NULL"),
    )
    op.create_index(
        "ix_osakadx_intake_due_queued", TABLE, ["routine", "queued"], postgresql_where=sa.text("queued IS NOT NULL")
    )


def downgrade():
    op.drop_index("ix_osakadx_intake_due_queued", TABLE)
    op.drop_index("ix_osakadx_intake_due_turn", TABLE)
    for name in ("hour", "host", "views"):
        op.drop_column(TABLE, name)
