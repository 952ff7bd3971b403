"""The turns of hosts, the attempts at a run, paused sources, and what was found between database and index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "005"
down_revision = "004"

TIME = sa.DateTime(timezone=True)
OPEN_INDEX = "uq_osakadx_harvest_run_open"


def upgrade():
    op.create_table(
        "osakadx_host",
        sa.Column("host", sa.UnicodeText, primary_key=True),
        sa.Column("holder", sa.UnicodeText),
        sa.Column("held_until", TIME),
        sa.Column("free_at", TIME),
        sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_table(
        "osakadx_harvest_pause",
        sa.Column("source_id", sa.UnicodeText, primary_key=True),
        sa.Column("since", TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("paused_by", sa.UnicodeText, nullable=False, server_default=""),
    )
    op.create_table(
        "osakadx_index_check",
        sa.Column("checked", TIME, primary_key=True, server_default=sa.func.clock_timestamp()),
        sa.Column("facts", JSONB, nullable=False),
    )
    op.add_column("osakadx_harvest_run", sa.Column("attempt", sa.Integer, nullable=False, server_default="0"))
    op.add_column("osakadx_harvest_run", sa.Column("working", JSONB))
    _one_open_run("'queued', 'running', 'paused'")
    op.create_index(
        "ix_osakadx_harvest_entry_quarantined",
        "osakadx_harvest_entry",
        ["guid"],
        postgresql_where=sa.text("result = 'quarantined'"),
    )


def downgrade():
    op.drop_index("ix_osakadx_harvest_entry_quarantined", table_name="osakadx_harvest_entry")
    op.execute("UPDATE osakadx_harvest_run SET state = 'failed' WHERE state IN ('paused', 'aborted')")
    _one_open_run("'queued', 'running'")
    op.drop_column("osakadx_harvest_run", "working")
    op.drop_column("osakadx_harvest_run", "attempt")
    for table in ("osakadx_index_check", "osakadx_harvest_pause", "osakadx_host"):
        op.drop_table(table)


def _one_open_run(states):
    """A paused run is open: nobody begins a second one beside it."""
    op.drop_index(OPEN_INDEX, table_name="osakadx_harvest_run")
    op.create_index(
        OPEN_INDEX,
        "osakadx_harvest_run",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text(f"state IN ({states})"),
    )
