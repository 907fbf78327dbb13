"""How alike the programs of an exercise are: a report for each, and its pairs with what staff noted about them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "similarity_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_similarity_report_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercise.id"], name=op.f("fk_similarity_report_exercise_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_similarity_report_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similarity_report")),
        sa.UniqueConstraint("exercise_id", name=op.f("uq_similarity_report_exercise_id")),
    )
    op.create_index(op.f("ix_similarity_report_course_id"), "similarity_report", ["course_id"], unique=False)
    op.create_index(
        op.f("ix_similarity_report_organisation_id"), "similarity_report", ["organisation_id"], unique=False
    )
    op.create_table(
        "similar_pair",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("left_user_id", sa.Uuid(), nullable=False),
        sa.Column("right_user_id", sa.Uuid(), nullable=False),
        sa.Column("left_submission_id", sa.Uuid(), nullable=False),
        sa.Column("right_submission_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("left_share", sa.Float(), nullable=False),
        sa.Column("right_share", sa.Float(), nullable=False),
        sa.Column("worth_a_look", sa.Boolean(), nullable=False),
        sa.Column("group_number", sa.Integer(), nullable=False),
        sa.Column("regions", sa.JSON(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(
            ["left_submission_id"],
            ["submission.id"],
            name=op.f("fk_similar_pair_left_submission_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["left_user_id"], ["user_account.id"], name=op.f("fk_similar_pair_left_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["user_account.id"], name=op.f("fk_similar_pair_looked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_similar_pair_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["similarity_report.id"], name=op.f("fk_similar_pair_report_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["right_submission_id"],
            ["submission.id"],
            name=op.f("fk_similar_pair_right_submission_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["right_user_id"], ["user_account.id"], name=op.f("fk_similar_pair_right_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similar_pair")),
        sa.UniqueConstraint(
            "report_id",
            "left_user_id",
            "right_user_id",
            name=op.f("uq_similar_pair_report_id_left_user_id_right_user_id"),
        ),
    )
    for column in (
        "left_submission_id",
        "left_user_id",
        "looked_by_id",
        "organisation_id",
        "right_submission_id",
        "right_user_id",
    ):
        op.create_index(op.f(f"ix_similar_pair_{column}"), "similar_pair", [column], unique=False)
    op.create_index("ix_similar_pair_report_id_place", "similar_pair", ["report_id", "place"], unique=False)


def downgrade() -> None:
    op.drop_table("similar_pair")
    op.drop_table("similarity_report")
