"""The first tables: accounts, courses, enrolment, exercises, quizzes, the tutor, jobs and the audit record."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_role", sa.String(length=30), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("target_kind", sa.String(length=40), nullable=False),
        sa.Column("target_id", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_entry_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_organisation_id"), "audit_entry", ["organisation_id"], unique=False)
    op.create_index(
        "ix_audit_entry_organisation_id_created_at", "audit_entry", ["organisation_id", "created_at"], unique=False
    )
    op.create_index("ix_audit_entry_target", "audit_entry", ["target_kind", "target_id"], unique=False)
    op.create_table(
        "course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("prerequisites", sa.JSON(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("licence", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_course_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("organisation_id", "slug", name=op.f("uq_course_organisation_id_slug")),
    )
    op.create_index(op.f("ix_course_organisation_id"), "course", ["organisation_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_job_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("organisation_id", "key", name="uq_job_organisation_id_key"),
    )
    op.create_index(op.f("ix_job_organisation_id"), "job", ["organisation_id"], unique=False)
    op.create_index("ix_job_status_run_at", "job", ["status", "run_at"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_user_account_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
    )
    op.create_index(op.f("ix_user_account_organisation_id"), "user_account", ["organisation_id"], unique=False)
    op.create_table(
        "auth_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=300), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_auth_session_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_auth_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auth_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_auth_session_token_hash")),
    )
    op.create_index(op.f("ix_auth_session_organisation_id"), "auth_session", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_auth_session_user_id"), "auth_session", ["user_id"], unique=False)
    op.create_table(
        "course_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("storage_key", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_file_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_course_file_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_file")),
        sa.UniqueConstraint("course_id", "path", name=op.f("uq_course_file_course_id_path")),
    )
    op.create_index(op.f("ix_course_file_course_id"), "course_file", ["course_id"], unique=False)
    op.create_index(op.f("ix_course_file_organisation_id"), "course_file", ["organisation_id"], unique=False)
    op.create_table(
        "course_module",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_module_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_course_module_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_module")),
        sa.UniqueConstraint("course_id", "slug", name=op.f("uq_course_module_course_id_slug")),
    )
    op.create_index(op.f("ix_course_module_course_id"), "course_module", ["course_id"], unique=False)
    op.create_index(op.f("ix_course_module_organisation_id"), "course_module", ["organisation_id"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("completion", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_lesson_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["module_id"], ["course_module.id"], name=op.f("fk_lesson_module_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_lesson_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("course_id", "slug", name=op.f("uq_lesson_course_id_slug")),
    )
    op.create_index(op.f("ix_lesson_course_id"), "lesson", ["course_id"], unique=False)
    op.create_index(op.f("ix_lesson_module_id"), "lesson", ["module_id"], unique=False)
    op.create_index(op.f("ix_lesson_organisation_id"), "lesson", ["organisation_id"], unique=False)
    op.create_table(
        "used_refresh_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_used_refresh_token_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["auth_session.id"], name=op.f("fk_used_refresh_token_session_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_refresh_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_used_refresh_token_token_hash")),
    )
    op.create_index(
        op.f("ix_used_refresh_token_organisation_id"), "used_refresh_token", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_used_refresh_token_session_id"), "used_refresh_token", ["session_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_block_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_block_lesson_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_block_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("lesson_id", "key", name=op.f("uq_block_lesson_id_key")),
    )
    op.create_index(op.f("ix_block_course_id"), "block", ["course_id"], unique=False)
    op.create_index(op.f("ix_block_lesson_id"), "block", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_block_organisation_id"), "block", ["organisation_id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("last_lesson_id", sa.Uuid(), nullable=True),
        sa.Column("last_active_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_enrolment_course_id")),
        sa.ForeignKeyConstraint(
            ["last_lesson_id"], ["lesson.id"], name=op.f("fk_enrolment_last_lesson_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_enrolment_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_enrolment_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("user_id", "course_id", name=op.f("uq_enrolment_user_id_course_id")),
    )
    op.create_index(op.f("ix_enrolment_course_id"), "enrolment", ["course_id"], unique=False)
    op.create_index(op.f("ix_enrolment_last_lesson_id"), "enrolment", ["last_lesson_id"], unique=False)
    op.create_index(op.f("ix_enrolment_organisation_id"), "enrolment", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_enrolment_user_id"), "enrolment", ["user_id"], unique=False)
    op.create_table(
        "lesson_progress",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("block_key", sa.String(length=80), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("passed", sa.JSON(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_lesson_progress_course_id")),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_lesson_progress_lesson_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_lesson_progress_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_lesson_progress_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_progress")),
        sa.UniqueConstraint("user_id", "lesson_id", name=op.f("uq_lesson_progress_user_id_lesson_id")),
    )
    op.create_index(op.f("ix_lesson_progress_course_id"), "lesson_progress", ["course_id"], unique=False)
    op.create_index(op.f("ix_lesson_progress_lesson_id"), "lesson_progress", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_lesson_progress_organisation_id"), "lesson_progress", ["organisation_id"], unique=False)
    op.create_table(
        "tutor_conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_tutor_conversation_course_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["lesson_id"], ["lesson.id"], name=op.f("fk_tutor_conversation_lesson_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_tutor_conversation_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_tutor_conversation_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor_conversation")),
        sa.UniqueConstraint("user_id", "lesson_id", name=op.f("uq_tutor_conversation_user_id_lesson_id")),
    )
    op.create_index(op.f("ix_tutor_conversation_course_id"), "tutor_conversation", ["course_id"], unique=False)
    op.create_index(op.f("ix_tutor_conversation_lesson_id"), "tutor_conversation", ["lesson_id"], unique=False)
    op.create_index(
        op.f("ix_tutor_conversation_organisation_id"), "tutor_conversation", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_tutor_conversation_user_id"), "tutor_conversation", ["user_id"], unique=False)
    op.create_table(
        "exercise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=30), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("instructions", sa.String(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("starter", sa.JSON(), nullable=False),
        sa.Column("entry", sa.String(length=120), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("public_cases", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_exercise_block_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_exercise_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_exercise_lesson_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exercise_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise")),
        sa.UniqueConstraint("block_id", name=op.f("uq_exercise_block_id")),
        sa.UniqueConstraint("course_id", "slug", name=op.f("uq_exercise_course_id_slug")),
    )
    op.create_index(op.f("ix_exercise_course_id"), "exercise", ["course_id"], unique=False)
    op.create_index(op.f("ix_exercise_lesson_id"), "exercise", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_exercise_organisation_id"), "exercise", ["organisation_id"], unique=False)
    op.create_table(
        "quiz",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("lesson_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("introduction", sa.String(), nullable=False),
        sa.Column("pass_percent", sa.Integer(), nullable=False),
        sa.Column("attempts_allowed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["block_id"], ["block.id"], name=op.f("fk_quiz_block_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_quiz_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_quiz_lesson_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quiz_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz")),
        sa.UniqueConstraint("block_id", name=op.f("uq_quiz_block_id")),
        sa.UniqueConstraint("course_id", "slug", name=op.f("uq_quiz_course_id_slug")),
    )
    op.create_index(op.f("ix_quiz_course_id"), "quiz", ["course_id"], unique=False)
    op.create_index(op.f("ix_quiz_lesson_id"), "quiz", ["lesson_id"], unique=False)
    op.create_index(op.f("ix_quiz_organisation_id"), "quiz", ["organisation_id"], unique=False)
    op.create_table(
        "tutor_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("tokens_estimated", sa.Boolean(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["tutor_conversation.id"],
            name=op.f("fk_tutor_message_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_tutor_message_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["tutor_message.id"], name=op.f("fk_tutor_message_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tutor_message")),
        sa.UniqueConstraint("conversation_id", "client_key", name=op.f("uq_tutor_message_conversation_id_client_key")),
    )
    op.create_index(op.f("ix_tutor_message_conversation_id"), "tutor_message", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_tutor_message_organisation_id"), "tutor_message", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_tutor_message_question_id"), "tutor_message", ["question_id"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_draft_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercise.id"], name=op.f("fk_draft_exercise_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_draft_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_draft_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("user_id", "exercise_id", name=op.f("uq_draft_user_id_exercise_id")),
    )
    op.create_index(op.f("ix_draft_course_id"), "draft", ["course_id"], unique=False)
    op.create_index(op.f("ix_draft_exercise_id"), "draft", ["exercise_id"], unique=False)
    op.create_index(op.f("ix_draft_organisation_id"), "draft", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_draft_user_id"), "draft", ["user_id"], unique=False)
    op.create_table(
        "exercise_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("checker", sa.String(length=20), nullable=False),
        sa.Column("hidden_cases", sa.JSON(), nullable=False),
        sa.Column("tests", sa.JSON(), nullable=False),
        sa.Column("support", sa.JSON(), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercise.id"], name=op.f("fk_exercise_key_exercise_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exercise_key_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_key")),
        sa.UniqueConstraint("exercise_id", name=op.f("uq_exercise_key_exercise_id")),
    )
    op.create_index(op.f("ix_exercise_key_organisation_id"), "exercise_key", ["organisation_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_question_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_question_quiz_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("quiz_id", "key", name=op.f("uq_question_quiz_id_key")),
    )
    op.create_index(op.f("ix_question_organisation_id"), "question", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_question_quiz_id"), "question", ["quiz_id"], unique=False)
    op.create_table(
        "quiz_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_quiz_version_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_quiz_version_quiz_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_version")),
        sa.UniqueConstraint("quiz_id", "digest", name=op.f("uq_quiz_version_quiz_id_digest")),
    )
    op.create_index(op.f("ix_quiz_version_organisation_id"), "quiz_version", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_quiz_version_quiz_id"), "quiz_version", ["quiz_id"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("verdict", sa.String(length=30), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=500), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_submission_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["exercise_id"], ["exercise.id"], name=op.f("fk_submission_exercise_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_submission_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_submission_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("exercise_id", "user_id", "number", name=op.f("uq_submission_exercise_id_user_id_number")),
    )
    op.create_index(op.f("ix_submission_course_id"), "submission", ["course_id"], unique=False)
    op.create_index(op.f("ix_submission_exercise_id"), "submission", ["exercise_id"], unique=False)
    op.create_index(op.f("ix_submission_organisation_id"), "submission", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_submission_user_id"), "submission", ["user_id"], unique=False)
    op.create_index("submission_waiting", "submission", ["status", "user_id"], unique=False)
    op.create_table(
        "attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("quiz_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("max_score", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_attempt_course_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attempt_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["quiz_id"], ["quiz.id"], name=op.f("fk_attempt_quiz_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_attempt_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["quiz_version.id"], name=op.f("fk_attempt_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("quiz_id", "user_id", "number", name=op.f("uq_attempt_quiz_id_user_id_number")),
    )
    op.create_index(
        "attempt_one_open",
        "attempt",
        ["quiz_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_index(op.f("ix_attempt_course_id"), "attempt", ["course_id"], unique=False)
    op.create_index(op.f("ix_attempt_organisation_id"), "attempt", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_attempt_quiz_id"), "attempt", ["quiz_id"], unique=False)
    op.create_index(op.f("ix_attempt_user_id"), "attempt", ["user_id"], unique=False)
    op.create_index(op.f("ix_attempt_version_id"), "attempt", ["version_id"], unique=False)
    op.create_table(
        "question_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("taught_in", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_question_key_organisation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_key_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_key")),
        sa.UniqueConstraint("question_id", name=op.f("uq_question_key_question_id")),
    )
    op.create_index(op.f("ix_question_key_organisation_id"), "question_key", ["organisation_id"], unique=False)
    op.create_table(
        "quiz_version_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_quiz_version_key_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["quiz_version.id"], name=op.f("fk_quiz_version_key_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_version_key")),
        sa.UniqueConstraint("version_id", name=op.f("uq_quiz_version_key_version_id")),
    )
    op.create_index(op.f("ix_quiz_version_key_organisation_id"), "quiz_version_key", ["organisation_id"], unique=False)
    op.create_table(
        "attempt_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_answer_attempt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_attempt_answer_organisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_answer")),
        sa.UniqueConstraint("attempt_id", "question_id", name=op.f("uq_attempt_answer_attempt_id_question_id")),
    )
    op.create_index(op.f("ix_attempt_answer_attempt_id"), "attempt_answer", ["attempt_id"], unique=False)
    op.create_index(op.f("ix_attempt_answer_organisation_id"), "attempt_answer", ["organisation_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_attempt_answer_organisation_id"), table_name="attempt_answer")
    op.drop_index(op.f("ix_attempt_answer_attempt_id"), table_name="attempt_answer")
    op.drop_table("attempt_answer")
    op.drop_index(op.f("ix_quiz_version_key_organisation_id"), table_name="quiz_version_key")
    op.drop_table("quiz_version_key")
    op.drop_index(op.f("ix_question_key_organisation_id"), table_name="question_key")
    op.drop_table("question_key")
    op.drop_index(op.f("ix_attempt_version_id"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_user_id"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_quiz_id"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_organisation_id"), table_name="attempt")
    op.drop_index(op.f("ix_attempt_course_id"), table_name="attempt")
    op.drop_index(
        "attempt_one_open",
        table_name="attempt",
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.drop_table("attempt")
    op.drop_index("submission_waiting", table_name="submission")
    op.drop_index(op.f("ix_submission_user_id"), table_name="submission")
    op.drop_index(op.f("ix_submission_organisation_id"), table_name="submission")
    op.drop_index(op.f("ix_submission_exercise_id"), table_name="submission")
    op.drop_index(op.f("ix_submission_course_id"), table_name="submission")
    op.drop_table("submission")
    op.drop_index(op.f("ix_quiz_version_quiz_id"), table_name="quiz_version")
    op.drop_index(op.f("ix_quiz_version_organisation_id"), table_name="quiz_version")
    op.drop_table("quiz_version")
    op.drop_index(op.f("ix_question_quiz_id"), table_name="question")
    op.drop_index(op.f("ix_question_organisation_id"), table_name="question")
    op.drop_table("question")
    op.drop_index(op.f("ix_exercise_key_organisation_id"), table_name="exercise_key")
    op.drop_table("exercise_key")
    op.drop_index(op.f("ix_draft_user_id"), table_name="draft")
    op.drop_index(op.f("ix_draft_organisation_id"), table_name="draft")
    op.drop_index(op.f("ix_draft_exercise_id"), table_name="draft")
    op.drop_index(op.f("ix_draft_course_id"), table_name="draft")
    op.drop_table("draft")
    op.drop_index(op.f("ix_tutor_message_question_id"), table_name="tutor_message")
    op.drop_index(op.f("ix_tutor_message_organisation_id"), table_name="tutor_message")
    op.drop_index(op.f("ix_tutor_message_conversation_id"), table_name="tutor_message")
    op.drop_table("tutor_message")
    op.drop_index(op.f("ix_quiz_organisation_id"), table_name="quiz")
    op.drop_index(op.f("ix_quiz_lesson_id"), table_name="quiz")
    op.drop_index(op.f("ix_quiz_course_id"), table_name="quiz")
    op.drop_table("quiz")
    op.drop_index(op.f("ix_exercise_organisation_id"), table_name="exercise")
    op.drop_index(op.f("ix_exercise_lesson_id"), table_name="exercise")
    op.drop_index(op.f("ix_exercise_course_id"), table_name="exercise")
    op.drop_table("exercise")
    op.drop_index(op.f("ix_tutor_conversation_user_id"), table_name="tutor_conversation")
    op.drop_index(op.f("ix_tutor_conversation_organisation_id"), table_name="tutor_conversation")
    op.drop_index(op.f("ix_tutor_conversation_lesson_id"), table_name="tutor_conversation")
    op.drop_index(op.f("ix_tutor_conversation_course_id"), table_name="tutor_conversation")
    op.drop_table("tutor_conversation")
    op.drop_index(op.f("ix_lesson_progress_organisation_id"), table_name="lesson_progress")
    op.drop_index(op.f("ix_lesson_progress_lesson_id"), table_name="lesson_progress")
    op.drop_index(op.f("ix_lesson_progress_course_id"), table_name="lesson_progress")
    op.drop_table("lesson_progress")
    op.drop_index(op.f("ix_enrolment_user_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_organisation_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_last_lesson_id"), table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_course_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_block_organisation_id"), table_name="block")
    op.drop_index(op.f("ix_block_lesson_id"), table_name="block")
    op.drop_index(op.f("ix_block_course_id"), table_name="block")
    op.drop_table("block")
    op.drop_index(op.f("ix_used_refresh_token_session_id"), table_name="used_refresh_token")
    op.drop_index(op.f("ix_used_refresh_token_organisation_id"), table_name="used_refresh_token")
    op.drop_table("used_refresh_token")
    op.drop_index(op.f("ix_lesson_organisation_id"), table_name="lesson")
    op.drop_index(op.f("ix_lesson_module_id"), table_name="lesson")
    op.drop_index(op.f("ix_lesson_course_id"), table_name="lesson")
    op.drop_table("lesson")
    op.drop_index(op.f("ix_course_module_organisation_id"), table_name="course_module")
    op.drop_index(op.f("ix_course_module_course_id"), table_name="course_module")
    op.drop_table("course_module")
    op.drop_index(op.f("ix_course_file_organisation_id"), table_name="course_file")
    op.drop_index(op.f("ix_course_file_course_id"), table_name="course_file")
    op.drop_table("course_file")
    op.drop_index(op.f("ix_auth_session_user_id"), table_name="auth_session")
    op.drop_index(op.f("ix_auth_session_organisation_id"), table_name="auth_session")
    op.drop_table("auth_session")
    op.drop_index(op.f("ix_user_account_organisation_id"), table_name="user_account")
    op.drop_table("user_account")
    op.drop_index("ix_job_status_run_at", table_name="job")
    op.drop_index(op.f("ix_job_organisation_id"), table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_course_organisation_id"), table_name="course")
    op.drop_table("course")
    op.drop_index("ix_audit_entry_target", table_name="audit_entry")
    op.drop_index("ix_audit_entry_organisation_id_created_at", table_name="audit_entry")
    op.drop_index(op.f("ix_audit_entry_organisation_id"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("organisation")
