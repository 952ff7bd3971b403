"""Questions about data sets, and what became of them."""

import sqlalchemy as sa
from alembic import op

revision = "001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "osakadx_question",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("package_id", sa.UnicodeText, nullable=False),
        sa.Column("asked", TIME, nullable=False),
        sa.Column("text", sa.UnicodeText, nullable=False),
        sa.Column("address", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("asker", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("uncounted", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("state", sa.UnicodeText, nullable=False, server_default="waiting"),
        sa.Column("summary", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("answer", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("answered", TIME),
        sa.Column("settled_by", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("marked", TIME),
        sa.Column("reason", sa.UnicodeText, nullable=False, server_default=""),
    )
    op.create_index("ix_osakadx_question_package", "osakadx_question", ["package_id", "asked"])
    op.create_index("ix_osakadx_question_asker", "osakadx_question", ["asker"], postgresql_where=sa.text("asker <> ''"))


def downgrade():
    op.drop_table("osakadx_question")
