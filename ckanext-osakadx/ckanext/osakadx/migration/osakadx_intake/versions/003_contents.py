"""When each content was first seen anywhere in the catalog."""

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"


def upgrade():
    op.create_table(
        "osakadx_intake_content",
        sa.Column("content", sa.UnicodeText, primary_key=True),
        sa.Column("first_seen", sa.Date, nullable=False),
    )


def downgrade():
    op.drop_table("osakadx_intake_content")
