"""The outbox of messages, and what people have chosen to hear."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "001"
down_revision = None

TIME = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "osakadx_mail",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("person", sa.UnicodeText, nullable=False),
        sa.Column("address", sa.UnicodeText, nullable=False),
        sa.Column("via", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("subject_key", sa.UnicodeText, nullable=False),
        sa.Column("dedupe_key", sa.UnicodeText, nullable=False),
        sa.Column("facts", JSONB, nullable=False, server_default="{}"),
        sa.Column("created", TIME, nullable=False),
        sa.Column("state", sa.UnicodeText, nullable=False, server_default="waiting"),
        sa.Column("letter", sa.UnicodeText),
        sa.Column("claimed", TIME),
        sa.Column("sent", TIME),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", TIME),
        sa.Column("error", sa.UnicodeText),
        sa.Column("bounced", TIME),
        sa.Column("repeats", sa.Integer, nullable=False, server_default="0"),
        sa.Column("repeated", TIME),
    )
    op.create_index("uq_osakadx_mail_dedupe", "osakadx_mail", ["dedupe_key"], unique=True)
    op.create_index("ix_osakadx_mail_created", "osakadx_mail", ["created"])
    op.create_index("ix_osakadx_mail_subject", "osakadx_mail", ["subject_key", "created"])
    op.create_index("ix_osakadx_mail_person", "osakadx_mail", ["person", "sent"])
    op.create_index(
        "ix_osakadx_mail_open",
        "osakadx_mail",
        ["created"],
        postgresql_where=sa.text("state IN ('waiting', 'sending')"),
    )
    op.create_table(
        "osakadx_mail_person",
        sa.Column("key", sa.UnicodeText, primary_key=True),
        sa.Column("handle", sa.UnicodeText, nullable=False, unique=True),
        sa.Column("chosen", JSONB, nullable=False, server_default="{}"),
        sa.Column("language", sa.UnicodeText, nullable=False, server_default="ja"),
        sa.Column("confirmed", TIME),
        sa.Column("bounced", TIME),
        sa.Column("bounced_address", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("changed", TIME, nullable=False),
    )


def downgrade():
    op.drop_table("osakadx_mail_person")
    op.drop_table("osakadx_mail")
