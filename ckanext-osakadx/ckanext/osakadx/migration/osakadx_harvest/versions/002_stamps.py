"""What a source says of the age of each record, and what of a run is still open."""

import sqlalchemy as sa
from alembic import op

revision = "002"
down_revision = "001"


def upgrade():
    op.add_column("osakadx_harvest_entry", sa.Column("stamp", sa.UnicodeText, nullable=False, server_default=""))
    op.add_column("osakadx_harvest_item", sa.Column("stamp", sa.UnicodeText, nullable=False, server_default=""))
    op.create_index(
        "ix_osakadx_harvest_entry_open",
        "osakadx_harvest_entry",
        ["run_id", "position"],
        postgresql_where=sa.text("result IS NULL"),
    )


def downgrade():
    op.drop_index("ix_osakadx_harvest_entry_open", table_name="osakadx_harvest_entry")
    op.drop_column("osakadx_harvest_item", "stamp")
    op.drop_column("osakadx_harvest_entry", "stamp")
