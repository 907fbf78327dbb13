"""The judge's queue is taken in turn between people; submissions can be cancelled, sent twice, and judged anew."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("job", sa.Column("line", sa.String(length=60), nullable=True))
    op.add_column("job", sa.Column("lane", sa.String(length=80), nullable=True))
    op.add_column("job", sa.Column("turn", sa.Integer(), nullable=True))
    op.create_index("ix_job_line_status_turn", "job", ["line", "status", "turn"], unique=False)
    op.create_index("ix_job_line_lane_turn", "job", ["line", "lane", "turn"], unique=False)
    op.add_column("submission", sa.Column("died_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission", sa.Column("request_key", sa.String(length=80), nullable=True))
    op.add_column("submission", sa.Column("rejudged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("submission_request", "submission", ["user_id", "request_key"], unique=True)
    op.create_table(
        "rejudging",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=True),
        sa.Column("tried_id", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_rejudging_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercise.id"], name=op.f("fk_rejudging_exercise_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rejudging_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejudging")),
    )
    op.create_index(op.f("ix_rejudging_course_id"), "rejudging", ["course_id"], unique=False)
    op.create_index(op.f("ix_rejudging_exercise_id"), "rejudging", ["exercise_id"], unique=False)
    op.create_index(op.f("ix_rejudging_organisation_id"), "rejudging", ["organisation_id"], unique=False)
    op.create_index(
        "rejudging_one_open",
        "rejudging",
        ["exercise_id"],
        unique=True,
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )


def downgrade() -> None:
    op.drop_index(
        "rejudging_one_open",
        table_name="rejudging",
        sqlite_where=sa.text("status = 'running'"),
        postgresql_where=sa.text("status = 'running'"),
    )
    op.drop_index(op.f("ix_rejudging_organisation_id"), table_name="rejudging")
    op.drop_index(op.f("ix_rejudging_exercise_id"), table_name="rejudging")
    op.drop_index(op.f("ix_rejudging_course_id"), table_name="rejudging")
    op.drop_table("rejudging")
    op.drop_index("submission_request", table_name="submission")
    # What was cancelled has no word in the older schema: its verdict is that there is none.
    op.execute("UPDATE submission SET status = 'failed' WHERE status = 'cancelled'")
    op.drop_column("submission", "rejudged_at")
    op.drop_column("submission", "request_key")
    op.drop_column("submission", "died_at")
    op.drop_index("ix_job_line_lane_turn", table_name="job")
    op.drop_index("ix_job_line_status_turn", table_name="job")
    op.drop_column("job", "turn")
    op.drop_column("job", "lane")
    op.drop_column("job", "line")
