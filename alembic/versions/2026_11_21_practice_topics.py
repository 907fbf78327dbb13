"""What an exercise practises, for the library of exercises."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    # The exercises that are there have none; a new one always says which it has.
    op.add_column("exercise", sa.Column("topics", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("exercise") as exercise:
        exercise.alter_column("topics", existing_type=sa.JSON(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    op.drop_column("exercise", "topics")
