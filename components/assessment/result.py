"""An attempt that was handed in: the score, and for each question what was answered, what is right, and why."""

import reflex as rx

from components.i18n import _, _n, fmt_number, fmt_percent
from components.rich_text import rich_text
from components.ui.button import button
from components.ui.display import isolated
from components.ui.icon import icon
from components.ui.link import link
from services.assessment.schemas import AttemptResult, ChoiceResult, QuestionResult, QuizView
from state.assessment import QuizState


def result_part(result: rx.Var[AttemptResult], view: rx.Var[QuizView]) -> rx.Component:
    """The result of an attempt in the frame of its quiz."""
    return rx.el.div(
        _score(result),
        rx.el.ol(rx.foreach(result.questions, _question), class_name="quiz-questions"),
        rx.el.div(
            button(_("Back to the quiz"), start_icon="chevron-start", on_click=QuizState.go_back(view.id)),
            rx.cond(
                view.may_start,
                button(
                    _("Try again"),
                    start_icon="retry",
                    on_click=QuizState.start(view.id),
                    busy=QuizState.busy == view.id,
                ),
            ),
            class_name="flex flex-wrap justify-between gap-2",
        ),
        class_name="quiz-part",
    )


def _score(result: rx.Var[AttemptResult]) -> rx.Component:
    passed_from = fmt_percent(result.pass_percent / 100)
    return rx.el.div(
        rx.cond(
            result.passed,
            rx.el.p(icon("right", 24), _("Passed"), class_name="quiz-verdict text-right"),
            rx.el.p(icon("todo", 24), _("Not passed yet"), class_name="quiz-verdict text-caution"),
        ),
        rx.el.p(
            _n(
                "{score} of {n} point, {percent}",
                "{score} of {n} points, {percent}",
                n=result.max_score,
                score=result.score,
                percent=fmt_percent(result.percent / 100),
            ),
            class_name="numbers text-md",
        ),
        rx.cond(
            ~result.passed,
            rx.el.p(
                _("It is passed from {percent}. Below is where each answer was taught.", percent=passed_from),
                class_name="text-quiet",
            ),
        ),
        class_name="quiz-score",
    )


def _question(question: rx.Var[QuestionResult]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(_("Question {n}", n=question.number), class_name="numbers"),
            rx.match(
                question.outcome,
                ("right", _outcome("right", _("Right"), "text-right")),
                ("partly", _outcome("caution", _("Partly right"), "text-caution")),
                ("wrong", _outcome("wrong", _("Wrong"), "text-wrong")),
                _outcome("todo", _("Not answered"), "text-quiet"),
            ),
            rx.el.span(
                _n(
                    "{points} of {n} point",
                    "{points} of {n} points",
                    n=question.max_points,
                    points=fmt_number(question.points),
                ),
                class_name="numbers text-quiet ms-auto",
            ),
            class_name="quiz-number",
        ),
        rich_text(question.html),
        rx.cond(
            question.choices.length() > 0,
            rx.el.ul(rx.foreach(question.choices, _choice), class_name="quiz-choices"),
            _words(question),
        ),
        rx.cond(
            (question.explanation_html != "") | (question.taught_in_href != ""),
            rx.el.div(
                rx.cond(question.explanation_html != "", rich_text(question.explanation_html)),
                rx.cond(
                    question.taught_in_href != "",
                    rx.el.p(
                        icon("learn"),
                        link(
                            _("Where it was taught: {lesson}", lesson=question.taught_in_lesson),
                            href=question.taught_in_href,
                        ),
                        class_name="flex items-center gap-2",
                    ),
                ),
                class_name="quiz-why",
            ),
        ),
        class_name="quiz-question",
        key=question.id,
    )


def _outcome(sign: str, words: rx.Var, tone: str) -> rx.Component:
    return rx.el.span(icon(sign, 18), words, class_name=f"quiz-outcome {tone}")


def _choice(choice: rx.Var[ChoiceResult]) -> rx.Component:
    return rx.el.li(
        rx.cond(
            choice.right,
            icon("check", 18, "mt-1 text-right"),
            rx.cond(choice.chosen, icon("close", 18, "mt-1 text-wrong"), rx.el.span(class_name="w-[18px] shrink-0")),
        ),
        rich_text(choice.html, class_name="quiz-words"),
        rx.el.span(
            rx.match(
                (choice.chosen.to(int) * 2 + choice.right.to(int)).to_string(),
                ("3", _("Your answer, right")),
                ("2", _("Your answer, wrong")),
                ("1", _("Right answer")),
                "",
            ),
            class_name="text-sm text-quiet ms-auto self-center whitespace-nowrap",
        ),
        class_name=rx.cond(choice.right, "quiz-choice quiz-choice-right", "quiz-choice"),
    )


def _words(question: rx.Var[QuestionResult]) -> rx.Component:
    """Your answer and the right one, of a question that was answered in words or by true and false."""
    return rx.el.dl(
        rx.el.div(
            rx.el.dt(_("Your answer")),
            rx.el.dd(rx.cond(question.your_answer == "", _("none"), _said(question, question.your_answer))),
        ),
        rx.cond(
            question.outcome != "right",
            rx.el.div(
                rx.el.dt(_("Right answer")),
                rx.el.dd(_said(question, question.right_answer), class_name="font-semibold"),
            ),
        ),
        class_name="quiz-said",
    )


def _said(question: rx.Var[QuestionResult], answer: rx.Var[str]) -> rx.Component:
    return rx.cond(
        question.kind == "truefalse",
        rx.cond(answer == "true", _("True"), _("False")),
        isolated(answer),
    )
