"""How far a submission is while it is judged, and which verdicts a rejudging changed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("submission") as table:
        table.add_column(sa.Column("cases_done", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("cases_total", sa.Integer(), nullable=False, server_default="0"))
    # Rows that were there have their zeros now; what comes later gets them from the models.
    with op.batch_alter_table("submission") as table:
        table.alter_column("cases_done", existing_type=sa.Integer(), server_default=None)
        table.alter_column("cases_total", existing_type=sa.Integer(), server_default=None)
    op.create_index("submission_newest", "submission", ["exercise_id", "id"], unique=False)
    op.create_table(
        "renewed_verdict",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("rejudging_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("before", sa.String(length=30), nullable=False),
        sa.Column("after", sa.String(length=30), nullable=False),
        sa.Column("score_before", sa.Float(), nullable=False),
        sa.Column("score_after", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_renewed_verdict_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["rejudging_id"], ["rejudging.id"], name=op.f("fk_renewed_verdict_rejudging_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_renewed_verdict_submission_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewed_verdict")),
        sa.UniqueConstraint(
            "rejudging_id", "submission_id", name=op.f("uq_renewed_verdict_rejudging_id_submission_id")
        ),
    )
    op.create_index(op.f("ix_renewed_verdict_organisation_id"), "renewed_verdict", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_renewed_verdict_rejudging_id"), "renewed_verdict", ["rejudging_id"], unique=False)
    op.create_index(op.f("ix_renewed_verdict_submission_id"), "renewed_verdict", ["submission_id"], unique=False)


def downgrade() -> None:
    op.drop_table("renewed_verdict")
    op.drop_index("submission_newest", table_name="submission")
    with op.batch_alter_table("submission") as table:
        table.drop_column("cases_total")
        table.drop_column("cases_done")
