"""Whom a source's runs are told to, out of the configuration that everybody can see, and out of its past versions."""

import json

import sqlalchemy as sa
from alembic import op

revision = "008"
down_revision = "007"


def upgrade():
    op.add_column("osakadx_harvest_standing", sa.Column("contact", sa.UnicodeText, nullable=False, server_default=""))
    connection = op.get_bind()
    if not _is_there(connection, "harvest_source"):
        return
    # Configurations of other extensions' kinds are theirs, whatever they call contact, and need not be JSON.
    ours = sa.text("SELECT id, config FROM harvest_source WHERE type LIKE 'osakadx\\_%' AND config LIKE '%contact%'")
    for source_id, config in connection.execute(ours).all():
        contact, rest = _without_contact(config)
        told = {"id": source_id, "contact": contact, "config": rest}
        for change in (
            "INSERT INTO osakadx_harvest_standing (source_id, enabled, approved, contact) "
            "VALUES (:id, false, '', :contact) ON CONFLICT (source_id) DO UPDATE SET contact = excluded.contact",
            "UPDATE harvest_source SET config = :config WHERE id = :id",
            "UPDATE package SET extras = jsonb_set(extras, '{config}', to_jsonb(CAST(:config AS text))) WHERE id = :id",
        ):
            connection.execute(sa.text(change), told)
        if _is_there(connection, "activity"):
            _out_of_activities(connection, source_id)


def downgrade():
    op.drop_column("osakadx_harvest_standing", "contact")


def _is_there(connection, table):
    return connection.execute(sa.text("SELECT to_regclass(:table)"), {"table": table}).scalar() is not None


def _without_contact(config):
    """The contact that a configuration names, and the configuration without it; as it stands where it is none."""
    try:
        settings = json.loads(config or "")
    except ValueError:
        return "", config
    if not isinstance(settings, dict) or "contact" not in settings:
        return "", config
    contact = str(settings.pop("contact") or "")
    return contact, json.dumps(settings, ensure_ascii=False, sort_keys=True)


def _out_of_activities(connection, source_id):
    """CKAN keeps each version of a source as it was shown, and shows it to everybody who asks."""
    kept = connection.execute(sa.text("SELECT id, data FROM activity WHERE object_id = :id"), {"id": source_id})
    for activity_id, data in kept.all():
        told = (json.loads(data) if isinstance(data, str) else data) or {}
        package = told.get("package") or {}
        if "config" in package:
            package["config"] = _cleaned(package["config"])
        for extra in package.get("extras") or ():
            if extra.get("key") == "config":
                extra["value"] = _cleaned(extra.get("value"))
        text = json.dumps(told, ensure_ascii=False)
        change = "UPDATE activity SET data = CAST(:data AS {}) WHERE id = :id"
        kind = "text" if isinstance(data, str) else "jsonb"
        connection.execute(sa.text(change.format(kind)), {"id": activity_id, "data": text})


def _cleaned(config):
    return _without_contact(config)[1] if isinstance(config, str) else config
