"""An address is looked up at once: new ones go into the index itself, and not onto a list that every look reads."""

from alembic import op

revision = "009"
down_revision = "008"


def upgrade():
    op.execute("ALTER INDEX ix_osakadx_harvest_item_addresses SET (fastupdate = off)")
    op.execute("SELECT gin_clean_pending_list('ix_osakadx_harvest_item_addresses')")


def downgrade():
    op.execute("ALTER INDEX ix_osakadx_harvest_item_addresses RESET (fastupdate)")
