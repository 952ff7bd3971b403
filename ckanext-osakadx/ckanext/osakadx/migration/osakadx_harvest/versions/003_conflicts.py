"""Records of one id or with the same files in several sources are found without reading every record."""

from alembic import op

revision = "003"
down_revision = "002"


def upgrade():
    op.create_index("ix_osakadx_harvest_item_guid", "osakadx_harvest_item", ["guid"])
    op.create_index("ix_osakadx_harvest_item_addresses", "osakadx_harvest_item", ["addresses"], postgresql_using="gin")


def downgrade():
    op.drop_index("ix_osakadx_harvest_item_addresses", table_name="osakadx_harvest_item")
    op.drop_index("ix_osakadx_harvest_item_guid", table_name="osakadx_harvest_item")
