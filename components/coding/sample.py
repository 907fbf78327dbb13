"""A code sample in a lesson: to read, to copy, and where the author says so to run."""

import reflex as rx

from components.coding.outcome import verdict_words
from components.i18n import _
from components.ui.button import button
from components.ui.code import code_sample
from components.ui.icon import icon
from services.courses.schemas import BlockView
from state.coding import SampleState


def sample_block(block: rx.Var[BlockView]) -> rx.Component:
    """The sample that stands at a block, with what it printed when it was run."""
    ran = SampleState.outputs[block.id]
    return rx.el.div(
        code_sample(
            block.html,
            block.source,
            name=rx.cond(block.title != "", block.title, block.language),
            actions=(
                rx.cond(
                    block.runnable,
                    button(
                        _("Run"),
                        kind="quiet",
                        small=True,
                        start_icon="play",
                        on_click=SampleState.run(block.id),
                        busy=SampleState.busy == block.id,
                    ),
                ),
            ),
        ),
        rx.el.div(
            rx.cond(
                SampleState.outputs.contains(block.id),
                rx.el.div(
                    rx.cond(
                        ran.verdict != "accepted",
                        rx.el.p(icon("wrong", 16, "text-wrong"), verdict_words(ran.verdict), class_name="lesson-note"),
                    ),
                    rx.cond(ran.stdout != "", rx.el.pre(ran.stdout, dir="ltr", tab_index=0, class_name="stream")),
                    rx.cond(ran.stderr != "", rx.el.pre(ran.stderr, dir="ltr", tab_index=0, class_name="stream")),
                    rx.cond(
                        (ran.stdout == "") & (ran.stderr == "") & (ran.verdict == "accepted"),
                        rx.el.p(_("It printed nothing."), class_name="text-quiet text-sm"),
                    ),
                    class_name="flex flex-col gap-2 pt-2",
                ),
            ),
            role="status",
        ),
        class_name="reading",
    )
