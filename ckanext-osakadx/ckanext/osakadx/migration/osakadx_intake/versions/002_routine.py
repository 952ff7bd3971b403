"""Which looks at files are a matter of routine, so that the link check may do them."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.add_column(
        "osakadx_intake_due", sa.Column("routine", sa.Boolean, nullable=False, server_default=sa.text("false"))
    )


def downgrade():
    op.drop_column("osakadx_intake_due", "routine")
