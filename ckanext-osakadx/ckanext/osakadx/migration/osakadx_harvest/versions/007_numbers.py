"""How many records of a source are present, absent and archived, without reading each of them."""

from alembic import op

revision = "007"
down_revision = "006"


def upgrade():
    op.create_index("ix_osakadx_harvest_item_state", "osakadx_harvest_item", ["source_id", "state"])


def downgrade():
    op.drop_index("ix_osakadx_harvest_item_state", table_name="osakadx_harvest_item")
