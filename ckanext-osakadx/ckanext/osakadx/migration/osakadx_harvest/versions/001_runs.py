"""Runs, what they listed, what each source has, and the index outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "osakadx_harvest_run",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("source_id", sa.UnicodeText, nullable=False),
        sa.Column("job_id", sa.UnicodeText, nullable=False),
        sa.Column("trigger", sa.UnicodeText, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("started", TIME),
        sa.Column("finished", TIME),
        sa.Column("facts", JSONB, nullable=False, server_default="{}"),
        sa.Column("released", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("plan", JSONB, nullable=False, server_default="{}"),
        sa.Column("guard", JSONB, nullable=False, server_default="{}"),
        sa.Column("counts", JSONB, nullable=False, server_default="{}"),
        sa.Column("warnings", JSONB, nullable=False, server_default="[]"),
        sa.Column("error", JSONB),
    )
    op.create_index("ix_osakadx_harvest_run_source", "osakadx_harvest_run", ["source_id", "created"])
    # Whatever asks for a run (a page, the calendar, two schedulers), a source has one open run.
    op.create_index(
        "uq_osakadx_harvest_run_open",
        "osakadx_harvest_run",
        ["source_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "osakadx_harvest_entry",
        sa.Column("run_id", sa.UnicodeText, nullable=False),
        sa.Column("guid", sa.UnicodeText, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("digest", sa.UnicodeText, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("record", JSONB),
        sa.Column("action", sa.UnicodeText),
        sa.Column("result", sa.UnicodeText),
        sa.Column("notices", JSONB, nullable=False, server_default="[]"),
        sa.Column("package_id", sa.UnicodeText),
        sa.PrimaryKeyConstraint("run_id", "guid"),
        sa.ForeignKeyConstraint(["run_id"], ["osakadx_harvest_run.id"], ondelete="CASCADE"),
    )
    op.create_table(
        "osakadx_harvest_item",
        sa.Column("source_id", sa.UnicodeText, nullable=False),
        sa.Column("guid", sa.UnicodeText, nullable=False),
        sa.Column("package_id", sa.UnicodeText, nullable=False, unique=True),
        sa.Column("digest", sa.UnicodeText, nullable=False),
        sa.Column("title", sa.UnicodeText, nullable=False),
        sa.Column("addresses", JSONB, nullable=False, server_default="[]"),
        sa.Column("raw", JSONB),
        sa.Column("state", sa.UnicodeText, nullable=False, server_default="present"),
        sa.Column("first_run", sa.UnicodeText, nullable=False),
        sa.Column("last_run", sa.UnicodeText, nullable=False),
        sa.Column("absent_since", TIME),
        sa.Column("absent_runs", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("source_id", "guid"),
    )
    op.create_table(
        "osakadx_index_outbox",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("queued", TIME, nullable=False, server_default=sa.func.now()),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("error", sa.UnicodeText),
    )


def downgrade():
    for table in ("osakadx_index_outbox", "osakadx_harvest_item", "osakadx_harvest_entry", "osakadx_harvest_run"):
        op.drop_table(table)
