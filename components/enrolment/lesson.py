"""The lesson in the middle of the player: its head, its blocks, and what comes after it."""

import reflex as rx

from components.ai.tutor import ask_button
from components.assessment.quiz import quiz_block
from components.coding.exercise import exercise_block
from components.coding.sample import sample_block
from components.external.reading import ReadingWatch
from components.i18n import _, _n
from components.rich_text import rich_text
from components.ui.button import button, link_button
from components.ui.display import isolated
from components.ui.feedback import callout
from components.ui.icon import icon
from components.ui.link import outside_link
from services.courses.schemas import BlockView
from services.platform.messages import RIGHT_TO_LEFT
from state.player import PlayerState
from state.progress import ProgressState


def lesson() -> rx.Component:
    """The middle pane of the player."""
    return rx.el.article(
        ReadingWatch.create(
            lesson=PlayerState.lesson_id,
            resume=PlayerState.resume_at,
            on_place=PlayerState.stay_at,
            on_time=PlayerState.add_time,
            on_return=PlayerState.come_back,
        ),
        rx.el.header(
            rx.el.p(
                isolated(PlayerState.module_title),
                rx.el.span("·", class_name="mx-2", aria_hidden="true"),
                # On a phone the bar has no room for it.
                rx.el.span(
                    _("Lesson {n} of {total}", n=PlayerState.number, total=PlayerState.total),
                    rx.el.span("·", class_name="mx-2", aria_hidden="true"),
                    class_name="md:hidden",
                ),
                _n("{n} minute", "{n} minutes", n=PlayerState.minutes),
                class_name="text-quiet text-sm",
            ),
            rx.el.h1(PlayerState.title, dir="auto"),
            class_name="lesson-head",
        ),
        rx.foreach(PlayerState.blocks, _block),
        _end(),
        id="lesson-scroll",
        lang=PlayerState.language,
        # The text runs as its language does, also under an interface that runs the other way.
        custom_attrs={"data-text": rx.match(PlayerState.language, *((code, "rtl") for code in RIGHT_TO_LEFT), "ltr")},
        class_name="lesson-pane",
    )


def _block(block: rx.Var[BlockView]) -> rx.Component:
    return rx.el.section(
        rx.match(
            block.kind,
            ("text", rich_text(block.html, class_name="reading")),
            ("code", sample_block(block)),
            ("image", _image(block)),
            ("video", _video(block)),
            ("exercise", exercise_block(block)),
            ("quiz", quiz_block(block)),
            ("prompt", _prompt(block)),
            rx.fragment(),
        ),
        id=block.key,
        custom_attrs={"data-block": block.key, "data-kind": block.kind},
        class_name="lesson-block",
        key=block.id,
    )


def _image(block: rx.Var[BlockView]) -> rx.Component:
    return rx.el.figure(
        rx.el.img(src=block.src, alt=block.alt, loading="lazy", class_name="lesson-image"),
        rx.cond(block.caption != "", rx.el.figcaption(block.caption, dir="auto", class_name="lesson-caption")),
        class_name="reading",
    )


def _video(block: rx.Var[BlockView]) -> rx.Component:
    film = rx.el.video(
        src=block.src, controls=True, preload="metadata", aria_label=block.title, class_name="lesson-video"
    )
    elsewhere = rx.el.p(
        icon("video", 20),
        outside_link(rx.cond(block.title != "", block.title, _("Watch the video")), href=block.src),
        class_name="card flex items-center gap-3",
    )
    return rx.el.figure(
        rx.cond(block.src.startswith("/"), film, elsewhere),
        rx.cond(block.caption != "", rx.el.figcaption(block.caption, dir="auto", class_name="lesson-caption")),
        class_name="reading",
    )


def _prompt(block: rx.Var[BlockView]) -> rx.Component:
    return rx.el.div(
        icon("tutor", 20, "mt-0.5 shrink-0 text-accent"),
        rx.el.div(
            rx.el.p(
                rx.cond(block.title != "", block.title, _("Ask the tutor")), dir="auto", class_name="font-semibold"
            ),
            rich_text(block.html),
            ask_button(block.source, block.key),
            class_name="flex min-w-0 flex-col items-start gap-2",
        ),
        class_name="lesson-prompt reading",
    )


def _end() -> rx.Component:
    """What finishes this lesson, and the way on."""
    read = PlayerState.enrolled & ((PlayerState.completion == "viewed") | (PlayerState.completion == "manual"))
    onward = rx.cond(
        PlayerState.next_at != "",
        rx.cond(read & ~ProgressState.lesson_done, _("Done, next lesson"), _("Next lesson")),
        rx.cond(read & ~ProgressState.lesson_done, _("Done"), _("To the course page")),
    )
    return rx.el.footer(
        rx.cond(
            ~PlayerState.enrolled,
            rx.el.p(
                icon("note", 18, "text-note"),
                _("You see this as somebody who teaches. Your own progress is not counted."),
                class_name="lesson-note text-quiet",
            ),
        ),
        rx.cond(
            ProgressState.lesson_done,
            rx.el.p(icon("right", 18, "text-right"), _("You have finished this lesson."), class_name="lesson-note"),
            rx.match(
                PlayerState.completion,
                ("quiz", _rule(_("This lesson is finished when you pass its quiz."))),
                ("exercise", _rule(_("This lesson is finished when you solve its exercise."))),
                ("time", _rule(_("This lesson is finished when you have spent its reading time here."))),
                rx.fragment(),
            ),
        ),
        rx.cond(
            ProgressState.course_done,
            callout(
                rx.el.p(_("Every lesson is done. Come back whenever you like; your work stays here.")),
                meaning="right",
                title=_("You have finished the course"),
            ),
        ),
        rx.el.div(
            rx.cond(
                PlayerState.previous_at != "",
                link_button(
                    _("Previous"), href=PlayerState.previous_at, start_icon="chevron-start", id="previous-lesson"
                ),
                rx.el.span(),
            ),
            button(onward, kind="primary", end_icon="chevron-end", on_click=PlayerState.go_on, id="next-lesson"),
            class_name="flex flex-wrap justify-between gap-3",
        ),
        class_name="lesson-end reading",
    )


def _rule(words: rx.Var) -> rx.Component:
    return rx.el.p(icon("todo", 18, "text-quiet"), words, class_name="lesson-note text-quiet")
