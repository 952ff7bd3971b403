"""How often each data set says it is renewed, and said before."""

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"


def upgrade():
    op.create_table(
        "osakadx_quality_declared",
        sa.Column("package_id", sa.UnicodeText, primary_key=True),
        sa.Column("days", sa.Integer),
        sa.Column("never", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("before", sa.Integer),
    )


def downgrade():
    op.drop_table("osakadx_quality_declared")
