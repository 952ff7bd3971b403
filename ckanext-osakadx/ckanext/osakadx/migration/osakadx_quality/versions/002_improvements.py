"""When the evidence of a score was gathered, and what was mended between two scores."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "002"
down_revision = "001"

TIME = sa.DateTime(timezone=True)


def upgrade():
    op.add_column("osakadx_quality_score", sa.Column("evidence", TIME))
    op.add_column("osakadx_quality_history", sa.Column("evidence", TIME))
    op.create_table(
        "osakadx_quality_improvement",
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("rules_version", sa.UnicodeText, nullable=False),
        sa.Column("grade_before", sa.UnicodeText),
        sa.Column("grade", sa.UnicodeText),
        sa.Column("points_before", sa.Float, nullable=False),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("mended", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("package_id", "at"),
    )
    op.create_index("ix_osakadx_quality_improvement_at", "osakadx_quality_improvement", ["at"])


def downgrade():
    op.drop_table("osakadx_quality_improvement")
    op.drop_column("osakadx_quality_history", "evidence")
    op.drop_column("osakadx_quality_score", "evidence")
