"""How an exercise is judged where it is not the usual way: rules, groups, programs of the author's, a schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("exercise_key", sa.Column("judging", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("exercise_key", "judging")
