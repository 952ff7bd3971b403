"""Whom a source's runs are told to, out of the configuration that everybody can see."""

import json

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"


def upgrade():
    op.add_column("osakadx_harvest_standing", sa.Column("contact", sa.UnicodeText, nullable=False, server_default=""))
    connection = op.get_bind()
    if not connection.execute(sa.text("SELECT to_regclass('harvest_source')")).scalar():
        return
    written = connection.execute(sa.text("SELECT id, config FROM harvest_source WHERE config LIKE '%\"contact\"%'"))
    for source_id, config in written.all():
        settings = json.loads(config)
        if not isinstance(settings, dict) or "publisher" not in settings or "contact" not in settings:
            continue  # of another extension's kind, which may mean something else by it
        contact = str(settings.pop("contact") or "")
        rest = json.dumps(settings, ensure_ascii=False, sort_keys=True)
        told = {"id": source_id, "contact": contact, "config": rest}
        for change in (
            "UPDATE osakadx_harvest_standing SET contact = :contact WHERE source_id = :id",
            "UPDATE harvest_source SET config = :config WHERE id = :id",
            "UPDATE package SET extras = jsonb_set(extras, '{config}', to_jsonb(CAST(:config AS text))) WHERE id = :id",
        ):
            connection.execute(sa.text(change), told)


def downgrade():
    op.drop_column("osakadx_harvest_standing", "contact")
