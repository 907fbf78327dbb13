"""A quiz in a lesson: what awaits the learner, the questions, and after handing in what was right and why."""

import reflex as rx

from components.assessment.result import result_part
from components.external.quiz import QuizFrame
from components.i18n import _, _n, fmt_date_time, fmt_percent, fmt_time, tr
from components.rich_text import rich_text
from components.ui.button import button
from components.ui.display import badge, isolated
from components.ui.icon import icon
from services.assessment.schemas import AttemptRow, ChoiceView, QuestionView, QuizView
from services.courses.schemas import BlockView
from state.assessment import QuizState


def quiz_block(block: rx.Var[BlockView]) -> rx.Component:
    """The quiz that stands at a block."""
    return rx.cond(QuizState.views.contains(block.quiz_id), _quiz(QuizState.views[block.quiz_id]))


def _quiz(view: rx.Var[QuizView]) -> rx.Component:
    stage = QuizState.stages[view.id]
    percent = fmt_percent(QuizState.results[view.id].percent / 100)
    return QuizFrame.create(
        rx.el.header(
            icon("quiz", 20, "text-accent"),
            rx.el.h2(
                isolated(view.title),
                tab_index=-1,
                custom_attrs={"data-stage-head": ""},
                class_name="text-lg font-semibold",
            ),
            rx.cond(view.passed, badge(_("Passed"), tone="right", sign="check")),
            class_name="quiz-head",
        ),
        rx.match(
            stage,
            ("taking", _taking(view)),
            ("result", result_part(QuizState.results[view.id], view)),
            _ready(view),
        ),
        # Stays in the page, so that a screen reader says what comes into it.
        rx.el.p(
            rx.cond(
                stage == "result",
                rx.cond(
                    QuizState.results[view.id].passed,
                    _("Passed: {percent}", percent=percent),
                    _("Not passed yet: {percent}", percent=percent),
                ),
                "",
            ),
            role="status",
            class_name="sr-only",
        ),
        stage=stage,
        aria_label=_("Quiz: {title}", title=view.title),
        class_name="quiz",
    )


def _ready(view: rx.Var[QuizView]) -> rx.Component:
    """Before an attempt: what it asks for, and earlier attempts."""
    first = view.attempts.length() == 0
    return rx.el.div(
        rx.cond(view.introduction_html != "", rich_text(view.introduction_html)),
        rx.el.ul(
            rx.el.li(_n("{n} question", "{n} questions", n=view.questions.length())),
            rx.el.li(_n("{n} point", "{n} points", n=view.max_score)),
            rx.el.li(_("Passed from {percent}", percent=fmt_percent(view.pass_percent / 100))),
            rx.el.li(_attempts_left(view)),
            class_name="facts",
        ),
        rx.cond(
            view.may_start,
            button(
                rx.cond(first, _("Start the quiz"), _("Try again")),
                kind="primary",
                on_click=QuizState.start(view.id),
                busy=QuizState.busy == view.id,
            ),
            rx.cond(~first, rx.el.p(_("You have used all your attempts."), class_name="text-quiet")),
        ),
        rx.cond(~first, _attempts(view)),
        class_name="quiz-part",
    )


def _attempts_left(view: rx.Var[QuizView]) -> rx.Component:
    return rx.cond(
        view.attempts_allowed == 0,
        _("As many attempts as you like"),
        _n("{n} attempt left", "{n} attempts left", n=view.attempts_left),
    )


def _attempts(view: rx.Var[QuizView]) -> rx.Component:
    return rx.el.div(
        rx.el.h3(_("Your attempts"), class_name="font-semibold"),
        rx.el.ul(rx.foreach(view.attempts, _attempt), class_name="quiz-attempts"),
        class_name="flex flex-col gap-1",
    )


def _attempt(row: rx.Var[AttemptRow]) -> rx.Component:
    return rx.cond(
        row.status == "submitted",
        rx.el.li(
            rx.el.span(_("Attempt {n}", n=row.number), class_name="numbers"),
            rx.el.span(fmt_percent(row.percent / 100), class_name="numbers font-semibold"),
            rx.cond(row.passed, badge(_("Passed"), tone="right", sign="check"), badge(_("Not passed yet"))),
            rx.el.span(fmt_date_time(row.submitted_at), class_name="text-quiet text-sm grow"),
            button(
                _("Show"),
                kind="quiet",
                small=True,
                on_click=QuizState.show(row.id),
                aria_label=_("Show attempt {n}", n=row.number),
            ),
        ),
    )


def _taking(view: rx.Var[QuizView]) -> rx.Component:
    return rx.el.div(
        rx.el.ol(
            rx.foreach(view.questions, lambda question: _question(question, view)),
            class_name="quiz-questions",
            # The fields keep what is typed by themselves, so they are made anew when other answers are saved.
            key=view.open_attempt_id + "-" + QuizState.drawn[view.id].to_string(),
        ),
        _foot(view),
        class_name="quiz-part",
    )


def _question(question: rx.Var[QuestionView], view: rx.Var[QuizView]) -> rx.Component:
    text_id, error_id = "question-" + question.id, "problem-" + question.id
    return rx.el.li(
        rx.el.div(
            rx.el.span(
                _("Question {n} of {total}", n=question.number, total=view.questions.length()), class_name="numbers"
            ),
            rx.el.span(_n("{n} point", "{n} points", n=question.points), class_name="numbers text-quiet"),
            class_name="quiz-number",
        ),
        rich_text(question.html, id=text_id),
        rx.match(
            question.kind,
            ("single", _choices(question, view, several=False)),
            ("multiple", _choices(question, view, several=True)),
            ("truefalse", _true_or_false(question, view)),
            _field(question, view, error_id),
        ),
        rx.el.p(
            rx.cond(
                QuizState.problems.contains(question.id),
                rx.fragment(icon("error"), rx.el.span(tr(QuizState.problems[question.id]))),
            ),
            id=error_id,
            role="alert",
            class_name="field-error",
        ),
        custom_attrs={"data-question": question.id},
        class_name="quiz-question",
        key=question.id,
    )


def _choices(question: rx.Var[QuestionView], view: rx.Var[QuizView], *, several: bool) -> rx.Component:
    def row(choice: rx.Var[ChoiceView], number: rx.Var[int]) -> rx.Component:
        press = QuizState.mark if several else QuizState.choose
        return rx.el.label(
            rx.el.input(
                type="checkbox" if several else "radio",
                name=view.open_attempt_id + question.id,
                default_checked=QuizState.chosen[question.id].contains(choice.key),
                on_change=press(view.open_attempt_id, question.id, choice.key),
                class_name="choice",
            ),
            rx.el.span(_letter(number), aria_hidden="true", class_name="quiz-letter"),
            rich_text(choice.html, class_name="quiz-words"),
            custom_attrs={"data-letter": ""},
            class_name="quiz-choice",
        )

    return rx.el.div(
        rx.el.p(_("Choose every one that is right.") if several else _("Choose one."), class_name="text-quiet text-sm"),
        rx.foreach(question.choices, row),
        role="group" if several else "radiogroup",
        aria_labelledby="question-" + question.id,
        class_name="quiz-choices",
    )


def _letter(number: rx.Var[int]) -> rx.Var[str]:
    return rx.Var(f"String.fromCharCode(65 + {number})", _var_data=number._get_all_var_data()).to(str)


def _true_or_false(question: rx.Var[QuestionView], view: rx.Var[QuizView]) -> rx.Component:
    def row(number: int, key: str, words: rx.Var) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="radio",
                name=view.open_attempt_id + question.id,
                default_checked=QuizState.chosen[question.id].contains(key),
                on_change=QuizState.choose(view.open_attempt_id, question.id, key),
                class_name="choice",
            ),
            rx.el.span("AB"[number], aria_hidden="true", class_name="quiz-letter"),
            rx.el.span(words, class_name="quiz-words"),
            custom_attrs={"data-letter": ""},
            class_name="quiz-choice",
        )

    return rx.el.div(
        row(0, "true", _("True")),
        row(1, "false", _("False")),
        role="radiogroup",
        aria_labelledby="question-" + question.id,
        class_name="quiz-choices",
    )


def _field(question: rx.Var[QuestionView], view: rx.Var[QuizView], error_id: rx.Var[str]) -> rx.Component:
    save = QuizState.write(view.open_attempt_id, question.id)
    return rx.el.div(
        rx.el.label(
            rx.cond(question.kind == "numeric", _("Your answer, a number"), _("Your answer")),
            html_for="answer-" + question.id,
            class_name="field-label",
        ),
        rx.el.input(
            id="answer-" + question.id,
            default_value=QuizState.texts[question.id],
            input_mode=rx.cond(question.kind == "numeric", "decimal", "text"),
            dir=rx.cond(question.kind == "numeric", "ltr", "auto"),
            max_length=1000,
            auto_complete="off",
            spell_check=False,
            on_change=save.debounce(800),
            on_blur=save,
            aria_describedby="question-" + question.id + " " + error_id,
            aria_invalid=rx.cond(QuizState.problems.contains(question.id), "true", "false"),
            class_name="control",
        ),
        class_name="field quiz-field",
    )


def _foot(view: rx.Var[QuizView]) -> rx.Component:
    """Saved at, how many are open, and handing in: always in the same place below the questions."""
    unanswered = QuizState.unanswered[view.id]
    asking = QuizState.asking[view.id]
    return rx.el.div(
        rx.el.div(
            rx.el.p(
                rx.cond(
                    QuizState.saved_at[view.id] != "",
                    rx.fragment(icon("check"), _("Saved {time}", time=fmt_time(QuizState.saved_at[view.id]))),
                    _("Each answer is saved at once."),
                ),
                role="status",
                class_name="quiz-saved numbers",
            ),
            rx.cond(
                (unanswered > 0) & ~asking,
                rx.el.p(_n("{n} question is open.", "{n} questions are open.", n=unanswered), class_name="text-quiet"),
            ),
            class_name="flex flex-col",
        ),
        rx.cond(
            asking,
            rx.el.div(
                rx.el.p(
                    _n(
                        "{n} question is open. Hand in anyway?",
                        "{n} questions are open. Hand in anyway?",
                        n=unanswered,
                    ),
                    role="alert",
                    class_name="quiz-asked",
                ),
                button(_("Back to the questions"), on_click=QuizState.go_back(view.id)),
                button(
                    _("Hand in anyway"),
                    kind="primary",
                    on_click=QuizState.hand_in(view.id, True),
                    busy=QuizState.busy == view.id,
                ),
                class_name="quiz-asking",
            ),
            button(
                _("Hand in"),
                kind="primary",
                on_click=QuizState.hand_in(view.id, False),
                busy=QuizState.busy == view.id,
            ),
        ),
        class_name="quiz-foot",
    )
