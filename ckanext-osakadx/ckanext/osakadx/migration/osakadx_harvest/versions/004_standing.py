"""Which sources may run: approved as they are, and switched on. Those there are keep running as they did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "004"
down_revision = "003"

TIME = sa.DateTime(timezone=True)


def upgrade():
    table = op.create_table(
        "osakadx_harvest_standing",
        sa.Column("source_id", sa.UnicodeText, primary_key=True),
        sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("approved", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("asked_by", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("asked", TIME),
        sa.Column("decided_by", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("decided", TIME),
        sa.Column("allow_hosts", JSONB, nullable=False, server_default="[]"),
    )
    connection = op.get_bind()
    if not connection.execute(sa.text("SELECT to_regclass('harvest_source')")).scalar():
        return
    from ckanext.osakadx.harvest.standing import fingerprint

    there = connection.execute(sa.text("SELECT id, type, url, config, active FROM harvest_source")).all()
    rows = [
        {"source_id": source.id, "enabled": bool(source.active), "decided_by": "", "asked_by": "",
         "approved": fingerprint(source.type, source.url, source.config), "allow_hosts": []}
        for source in there
    ]  # fmt: skip
    if rows:
        op.bulk_insert(table, rows)


def downgrade():
    op.drop_table("osakadx_harvest_standing")
