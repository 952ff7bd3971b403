"""When each file is looked at next, and what was found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "osakadx_intake_due",
        sa.Column("resource_id", sa.UnicodeText, primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("queued", TIME),
    )
    op.create_index("ix_osakadx_intake_due_due", "osakadx_intake_due", ["due"])
    op.create_table(
        "osakadx_intake_evidence",
        sa.Column("resource_id", sa.UnicodeText, nullable=False),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("subject", sa.UnicodeText, nullable=False),
        sa.Column("method", sa.UnicodeText, nullable=False),
        sa.Column("checked", TIME, nullable=False),
        sa.Column("changed", TIME, nullable=False),
        sa.Column("facts", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("resource_id", "kind"),
    )
    op.create_index("ix_osakadx_intake_evidence_package", "osakadx_intake_evidence", ["package_id"])


def downgrade():
    op.drop_table("osakadx_intake_evidence")
    op.drop_table("osakadx_intake_due")
