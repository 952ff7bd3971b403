"""The badge that a data set has earned."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"


def upgrade():
    op.add_column("osakadx_quality_score", sa.Column("badge", sa.UnicodeText))


def downgrade():
    op.drop_column("osakadx_quality_score", "badge")
