"""Runs this plugin's migrations on CKAN's database, with a version table of their own."""

from pathlib import Path

from alembic import context
from sqlalchemy import engine_from_config, pool

engine = engine_from_config(
    context.config.get_section(context.config.config_ini_section) or {}, prefix="sqlalchemy.", poolclass=pool.NullPool
)
with engine.connect() as connection:
    context.configure(connection=connection, version_table=f"{Path(__file__).parent.name}_alembic_version")
    with context.begin_transaction():
        context.run_migrations()
