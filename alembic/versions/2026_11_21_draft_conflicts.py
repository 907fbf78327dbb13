"""A draft knows how often it was saved and when each of its files was, and keeps texts that two tabs disagree about."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("draft", sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("draft", sa.Column("written", sa.JSON(), nullable=True))
    op.add_column("draft", sa.Column("asides", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("draft", "asides")
    op.drop_column("draft", "written")
    op.drop_column("draft", "version")
