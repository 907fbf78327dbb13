"""A code exercise in a lesson: the task, the editor and the result; side by side where there is room."""

import reflex as rx

from components.coding.conflicts import conflicts
from components.coding.editor_bar import editor_bar
from components.coding.history import history
from components.coding.outcome import outcome_panel
from components.coding.preview import file_language, preview
from components.coding.teaching_link import teaching_link
from components.i18n import _, _n, fmt_time, tr
from components.rich_text import rich_text
from components.ui.button import button
from components.ui.code import code_editor
from components.ui.display import badge, isolated
from components.ui.feedback import callout
from components.ui.icon import icon
from services.coding.schemas import CaseView, ExerciseView
from services.courses.schemas import BlockView
from state.coding import ExerciseState
from state.coding_format import FormatState


def exercise_block(block: rx.Var[BlockView]) -> rx.Component:
    """The exercise that stands at a block."""
    view = ExerciseState.views[block.exercise_id]
    return rx.cond(ExerciseState.views.contains(block.exercise_id), _exercise(view))


def _exercise(view: rx.Var[ExerciseView]) -> rx.Component:
    return rx.el.section(
        rx.el.header(
            icon("code", 20, "text-accent"),
            rx.el.h2(isolated(view.title), class_name="text-md font-semibold"),
            badge(_("Difficulty {n} of 10", n=view.difficulty)),
            rx.cond(ExerciseState.solved[view.id], badge(_("Solved"), tone="right", sign="check")),
            teaching_link(view.id),
            class_name="exercise-head",
        ),
        rx.el.div(
            _task(view),
            rx.el.div(
                _work(view),
                rx.el.div(preview(view), _result(view), history(view), class_name="exercise-results"),
                class_name="exercise-bench",
            ),
            class_name="exercise-parts",
        ),
        aria_label=_("Exercise: {title}", title=view.title),
        class_name="exercise",
    )


def _task(view: rx.Var[ExerciseView]) -> rx.Component:
    return rx.el.div(
        rich_text(view.instructions_html, class_name="exercise-text"),
        rx.cond(
            view.cases.length() > 0,
            rx.el.details(
                rx.el.summary(icon("chevron-down", 16, "outline-turn"), _("Public tests"), class_name="exercise-more"),
                rx.foreach(view.cases, _case),
            ),
        ),
        _hints(view),
        class_name="exercise-task",
    )


def _case(case: rx.Var[CaseView]) -> rx.Component:
    return rx.el.div(
        rx.el.p(case.name, dir="auto", class_name="text-sm font-semibold"),
        rx.cond(
            case.stdin != "",
            rx.fragment(
                rx.el.p(_("Input"), class_name="text-quiet text-sm"),
                rx.el.pre(case.stdin, dir="ltr", tab_index=0, class_name="stream"),
            ),
        ),
        rx.el.p(_("Expected"), class_name="text-quiet text-sm"),
        rx.el.pre(case.expected, dir="ltr", tab_index=0, class_name="stream"),
        class_name="exercise-case",
    )


def _hints(view: rx.Var[ExerciseView]) -> rx.Component:
    given = rx.cond(ExerciseState.hints.contains(view.id), ExerciseState.hints[view.id].length(), 0)
    return rx.cond(
        view.hints > 0,
        rx.el.div(
            rx.cond(
                ExerciseState.hints.contains(view.id),
                rx.el.ol(
                    rx.foreach(
                        ExerciseState.hints[view.id],
                        lambda html: rx.el.li(
                            icon("tip", 18, "text-note mt-1"), rich_text(html), class_name="exercise-hint"
                        ),
                    )
                ),
            ),
            rx.cond(
                given < view.hints,
                button(
                    rx.cond(
                        given == 0,
                        _n("Show a hint ({n} in all)", "Show a hint ({n} in all)", n=view.hints),
                        _("Show hint {next} of {total}", next=given + 1, total=view.hints),
                    ),
                    start_icon="tip",
                    small=True,
                    on_click=ExerciseState.hint(view.id),
                ),
            ),
            aria_live="polite",
            class_name="flex flex-col items-start gap-3",
        ),
    )


def _work(view: rx.Var[ExerciseView]) -> rx.Component:
    shown = ExerciseState.shown[view.id]
    return rx.el.div(
        editor_bar(view),
        code_editor(
            shown.text,
            label=_("Your program, {file}", file=shown.name),
            language=file_language(view, shown.name),
            reset_key=view.id + shown.name + ExerciseState.resets[view.id].to_string(),
            min_lines=8,
            on_change=lambda text, known: ExerciseState.edit(view.id, shown.name, text, known),
            on_run=lambda _text: ExerciseState.run(view.id),
            on_format=lambda request: FormatState.format_file(view.id, request),
            formatted=FormatState.formatted,
        ),
        conflicts(view),
        rx.cond(view.problem != "", callout(tr(view.problem), meaning="caution")),
        _bar(view),
        rx.cond(view.runs & (view.problem == ""), _own_input(view)),
        custom_attrs={"data-editor-place": ""},
        class_name="exercise-work",
    )


def _bar(view: rx.Var[ExerciseView]) -> rx.Component:
    """What can be done with the program, and when it was saved."""
    return rx.el.div(
        rx.cond(
            view.problem == "",
            rx.fragment(
                rx.cond(
                    view.runs,
                    button(
                        _("Run"),
                        start_icon="play",
                        on_click=ExerciseState.run(view.id),
                        busy=ExerciseState.busy == view.id,
                        title=_("Run: Ctrl+Enter in the editor"),
                    ),
                ),
                button(
                    _("Hand in"),
                    kind="primary",
                    on_click=ExerciseState.submit(view.id),
                    busy=_judging(view),
                ),
            ),
        ),
        rx.cond(
            ExerciseState.undoable[view.id],
            button(
                _("Bring my code back"),
                kind="quiet",
                start_icon="retry",
                on_click=ExerciseState.undo_reset(view.id),
            ),
            button(_("Start over"), kind="quiet", start_icon="retry", on_click=ExerciseState.start_over(view.id)),
        ),
        rx.el.span(
            rx.cond(
                ExerciseState.saved_at[view.id],
                rx.fragment(icon("check"), _("Saved {time}", time=fmt_time(ExerciseState.saved_at[view.id]))),
                "",
            ),
            class_name="exercise-saved numbers",
            role="status",
        ),
        class_name="exercise-bar",
    )


def _judging(view: rx.Var[ExerciseView]) -> rx.Var:
    outcome = ExerciseState.outcomes[view.id]
    waits = (outcome.status == "queued") | (outcome.status == "running")
    return ExerciseState.outcomes.contains(view.id) & (outcome.kind == "submission") & waits


def _own_input(view: rx.Var[ExerciseView]) -> rx.Component:
    sql = view.language == "sql"
    return rx.el.details(
        rx.el.summary(
            icon("chevron-down", 16, "outline-turn"), _("Run with your own input"), class_name="exercise-more"
        ),
        rx.el.div(
            rx.el.textarea(
                rows=3,
                dir="ltr",
                spell_check=False,
                aria_label=rx.cond(sql, _("Statements that run before yours"), _("Input for the program")),
                placeholder=rx.cond(
                    sql, _("SQL that runs before your statements"), _("What the program reads, line by line")
                ),
                on_blur=lambda text: ExerciseState.set_input(view.id, text),
                class_name="control font-mono",
            ),
            button(
                _("Run with this input"),
                small=True,
                start_icon="play",
                on_click=ExerciseState.run_with_input(view.id),
                busy=ExerciseState.busy == view.id,
            ),
            class_name="flex flex-col items-start gap-2 pt-2",
        ),
    )


def _result(view: rx.Var[ExerciseView]) -> rx.Component:
    return rx.cond(
        ExerciseState.outcomes.contains(view.id),
        outcome_panel(ExerciseState.outcomes[view.id], view),
    )
