"""The tutor's pane: what was asked and answered, with the passages it stands on, and the box for the next question."""

import reflex as rx

from components.external.tutor import QuestionBox, StickToEnd
from components.i18n import _, tr
from components.rich_text import rich_text
from components.ui.button import button
from components.ui.display import isolated
from components.ui.feedback import empty_state
from components.ui.icon import icon
from components.ui.link import router_link
from services.ai.schemas import CitationView, MessageView
from state.ai import READY, TutorState
from state.coding import ExerciseState
from state.player import PlayerState


def tutor_pane() -> rx.Component:
    """The end pane of the player."""
    return rx.el.div(
        rx.el.header(
            rx.el.h2(_("Tutor"), class_name="text-md font-semibold"),
            rx.cond(
                TutorState.offline,
                rx.el.span(_("Offline: quotes the course"), class_name="badge badge-note"),
            ),
            class_name="tutor-head",
        ),
        rx.cond(TutorState.closed, _signed_out(), rx.fragment(_conversation(), _ask())),
        class_name="tutor-pane",
    )


def ask_button(question: rx.Var, block_key: rx.Var) -> rx.Component:
    """Sends a question that the author wrote, about the block it stands in; on a phone the tutor's tab opens."""
    return button(
        _("Ask the tutor this"),
        start_icon="send",
        on_click=TutorState.ask(question, block_key),
        busy=TutorState.growing,
        custom_attrs={"data-show-pane": "2"},
    )


def _signed_out() -> rx.Component:
    return empty_state(
        _("Sign in to ask"),
        _("The tutor answers learners of this course and keeps what they asked."),
        sign="tutor",
    )


def _conversation() -> rx.Component:
    empty = (TutorState.past.length() == 0) & (TutorState.recent.length() == 0) & ~TutorState.growing
    return StickToEnd.create(
        rx.cond(empty, _invitation()),
        rx.cond(
            TutorState.older_before != "",
            button(_("Show earlier messages"), kind="quiet", small=True, on_click=TutorState.older),
        ),
        rx.foreach(TutorState.past, _message),
        rx.foreach(TutorState.recent, _message),
        rx.cond(TutorState.growing, _growing()),
        mark=PlayerState.lesson_id + TutorState.asked.to_string() + TutorState.past.length().to_string(),
        role="log",
        aria_label=_("Conversation with the tutor"),
        class_name="tutor-log",
    )


def _invitation() -> rx.Component:
    return rx.el.div(
        rx.el.span(icon("tutor", 24), class_name="tutor-sign"),
        rx.el.p(_("Ask about this lesson"), class_name="text-md font-semibold"),
        rx.el.p(
            _("It knows this lesson, your code and the test that failed, and it names the place each answer is from."),
            class_name="text-quiet",
        ),
        class_name="tutor-invitation",
    )


def _message(message: rx.Var[MessageView]) -> rx.Component:
    return rx.cond(
        message.role == "question",
        rx.el.div(rx.el.p(message.text, dir="auto", class_name="whitespace-pre-wrap"), class_name="tutor-question"),
        rx.el.div(
            rx.foreach(message.html_blocks, lambda html: rich_text(html)),
            rx.cond(message.tail_html != "", rich_text(message.tail_html)),
            rx.cond(
                message.status == "stopped",
                rx.el.p(_("Stopped. What was written stays."), class_name="text-quiet text-sm"),
            ),
            rx.cond(
                message.error != "",
                rx.el.p(icon("error", 16), message.error, role="alert", class_name="field-error"),
            ),
            rx.cond(
                message.may_retry,
                button(_("Try again"), small=True, start_icon="retry", on_click=TutorState.retry(message.id)),
            ),
            # Below what went wrong, because that is where its message says they are.
            rx.cond(message.citations.length() > 0, _citations(message)),
            class_name=rx.cond(message.source == "offline", "tutor-answer tutor-quoting", "tutor-answer"),
        ),
    )


def _citations(message: rx.Var[MessageView]) -> rx.Component:
    return rx.el.ol(
        rx.foreach(message.citations, _citation),
        aria_label=_("Where this is from"),
        class_name="tutor-sources",
    )


def _citation(citation: rx.Var[CitationView]) -> rx.Component:
    return rx.el.li(
        router_link(
            rx.el.span(citation.number, class_name="cite"),
            isolated(citation.title, class_name="truncate"),
            href=citation.href,
            title=citation.quote,
            custom_attrs={"data-show-pane": "1"},
            class_name="tutor-source",
        )
    )


def _growing() -> rx.Component:
    nothing = (TutorState.growing_blocks.length() == 0) & (TutorState.growing_tail == "")
    return rx.el.div(
        rx.foreach(TutorState.growing_blocks, lambda html: rich_text(html)),
        rx.cond(TutorState.growing_tail != "", rich_text(TutorState.growing_tail)),
        rx.cond(nothing, rx.el.p(_("Looking in the course"), class_name="tutor-thinking text-quiet")),
        custom_attrs={"aria-busy": "true"},
        class_name="tutor-answer",
    )


def _ask() -> rx.Component:
    return rx.el.div(
        rx.cond(
            TutorState.growing,
            button(_("Stop"), start_icon="stop", small=True, on_click=TutorState.stop),
            rx.el.div(
                rx.cond(ExerciseState.any, _ready("hint", "tip", _("Hint", context="ask"))),
                _ready("simpler", "text", _("Simpler words")),
                _ready("example", "code", _("Example")),
                class_name="tutor-ready",
            ),
        ),
        QuestionBox.create(
            lesson=PlayerState.lesson_id,
            taken=TutorState.asked,
            disabled=TutorState.growing,
            label=_("Your question to the tutor"),
            placeholder=_("Ask about this lesson"),
            send_label=_("Send"),
            send_icon=rx.Var.create(icon("send", 18)),
            on_send=lambda question, key: TutorState.ask(question, "", key),
            class_name="tutor-form",
        ),
        class_name="tutor-ask",
    )


def _ready(name: str, sign: str, words: rx.Var) -> rx.Component:
    """A question that is sent by one press; its whole sentence is the title."""
    return rx.el.button(
        icon(sign, 16),
        words,
        type="button",
        title=tr(READY[name]),
        on_click=TutorState.ask_ready(name),
        class_name="chip",
    )
