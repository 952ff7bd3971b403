"""The present score of each data set, and its history by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "osakadx_quality_score",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("scored", TIME, nullable=False),
        sa.Column("rules_version", sa.UnicodeText, nullable=False),
        sa.Column("grade", sa.UnicodeText),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("maximum", sa.Float, nullable=False),
        sa.Column("waiting", sa.Integer, nullable=False),
        sa.Column("dimensions", JSONB, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
    )
    op.create_table(
        "osakadx_quality_history",
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("rules_version", sa.UnicodeText, nullable=False),
        sa.Column("grade", sa.UnicodeText),
        sa.Column("points", sa.Float, nullable=False),
        sa.Column("maximum", sa.Float, nullable=False),
        sa.Column("dimensions", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("package_id", "day"),
    )


def downgrade():
    op.drop_table("osakadx_quality_history")
    op.drop_table("osakadx_quality_score")
