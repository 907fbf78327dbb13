"""How alike the programs of an exercise are: the ranking, and two of them side by side. It says what, never why."""

import reflex as rx

from components.external.behaviour import After
from components.i18n import _, _n, fmt_date_time, fmt_percent
from components.ui.button import button, icon_button, link_button
from components.ui.display import badge, isolated, progress_bar
from components.ui.feedback import callout, empty_state
from components.ui.form import switch_field, textarea_field
from components.ui.icon import icon
from services.coding.similarity.schemas import CodeFile, CodeLine, PairRow, RegionRow, Side
from state.similarity import SimilarityState

_COLOURS = 4


def comparing() -> rx.Component:
    """The button that begins a comparison, and the way to the lesson."""
    found = SimilarityState.report
    return rx.fragment(
        link_button(_("To the lesson"), href="/learn/" + found.course_slug + "/" + found.lesson_slug),
        button(
            rx.cond(found.status == "none", _("Compare the programs"), _("Compare again")),
            kind="primary",
            on_click=SimilarityState.start,
            busy=SimilarityState.busy | _at_work(),
            id="compare",
        ),
    )


def _at_work() -> rx.Var[bool]:
    return (SimilarityState.report.status == "queued") | (SimilarityState.report.status == "running")


def report() -> rx.Component:
    """The ranking: where it stands, what it found, and a word on what that means."""
    found = SimilarityState.report
    return rx.el.section(
        rx.el.div(_progress(), role="status", class_name="empty:hidden"),
        rx.cond(
            found.status == "failed",
            callout(
                rx.el.p(_("What was found before is below. Try again.")),
                meaning="caution",
                title=_("The programs could not be compared"),
            ),
        ),
        rx.cond(
            found.finished_at != "",
            rx.el.div(
                _summary(),
                rx.cond(SimilarityState.rows.length() > 0, _ranking(), _nothing_found()),
                class_name="flex flex-col gap-4",
            ),
            rx.cond((found.status == "none") | (found.status == "failed"), _not_yet()),
        ),
        aria_label=_("Pairs of similar programs"),
        class_name="similar-report",
    )


def report_skeleton() -> rx.Component:
    """The ranking that is coming, in its shape."""
    return After.create(
        rx.el.div(
            *(rx.el.div(class_name="skeleton h-16 w-full") for _row in range(4)),
            rx.el.span(_("Loading"), class_name="sr-only"),
            role="status",
            class_name="flex flex-col gap-3",
        ),
        ms=300,
    )


def _progress() -> rx.Component:
    percent = SimilarityState.report.percent
    return rx.cond(
        _at_work(),
        rx.el.div(
            rx.el.p(
                rx.cond(
                    SimilarityState.report.status == "queued",
                    _("Waiting to begin"),
                    _("Comparing: {percent} done", percent=fmt_percent(percent / 100)),
                )
            ),
            progress_bar(percent, _("Progress of the comparison"), class_name="w-full"),
            rx.el.p(_("You may leave this page; the work goes on."), class_name="text-quiet text-sm"),
            class_name="similar-progress",
        ),
    )


def _summary() -> rx.Component:
    found = SimilarityState.report
    short = found.people - found.compared
    return rx.el.div(
        rx.el.ul(
            rx.el.li(_n("{n} program compared", "{n} programs compared", n=found.compared)),
            rx.cond(short > 0, rx.el.li(_n("{n} too short to compare", "{n} too short to compare", n=short))),
            rx.el.li(_n("{n} pair worth a look", "{n} pairs worth a look", n=found.worth_a_look)),
            rx.cond(found.looked_at > 0, rx.el.li(_n("{n} looked at", "{n} looked at", n=found.looked_at))),
            rx.el.li(fmt_date_time(found.finished_at)),
            class_name="facts numbers",
        ),
        rx.el.p(
            _(
                "Similar programs have many causes: a common idea, work together, the same help. "
                "Read both before you decide anything. Code that was given, and what many wrote alike, does not count."
            ),
            class_name="text-quiet max-w-prose",
        ),
        class_name="flex flex-col gap-2",
    )


def _not_yet() -> rx.Component:
    return empty_state(
        _("Nothing has been compared yet"),
        _("Each person's best program is compared with the others', whatever its names, comments and layout."),
        sign="copy",
    )


def _nothing_found() -> rx.Component:
    return empty_state(
        _("No similar programs"),
        _("No two programs have so much in common that you should look at them."),
        sign="check",
    )


def _ranking() -> rx.Component:
    return rx.fragment(
        rx.el.ol(rx.foreach(SimilarityState.rows, _row), class_name="similar-rows"),
        rx.cond(
            SimilarityState.next_cursor != "",
            button(_("Show more pairs"), on_click=SimilarityState.more, busy=SimilarityState.busy),
        ),
    )


def _row(row: rx.Var[PairRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(fmt_percent(row.similarity), class_name="numbers text-lg"),
            progress_bar((row.similarity * 100).to(int), _("How similar"), class_name="similar-bar"),
            class_name="similar-figure",
        ),
        rx.el.div(
            rx.el.p(
                isolated(row.left_name, class_name="font-semibold"),
                rx.el.span(" · ", aria_hidden="true"),
                isolated(row.right_name, class_name="font-semibold"),
                class_name="similar-names",
            ),
            rx.el.p(_shares(row), class_name="text-quiet numbers"),
            rx.cond(row.note != "", rx.el.p(row.note, dir="auto", class_name="similar-note")),
            class_name="min-w-0",
        ),
        rx.el.div(_signs(row), class_name="similar-signs"),
        button(
            _("Look at both"),
            small=True,
            on_click=SimilarityState.show_pair(row.id),
            aria_label=_("Look at the programs of {left} and {right}", left=row.left_name, right=row.right_name),
        ),
        class_name=rx.cond(SimilarityState.pair.row.id == row.id, "similar-row similar-row-open", "similar-row"),
        key=row.id,
    )


def _shares(row: rx.Var[PairRow]) -> rx.Var:
    return _n(
        "{n} shared part: {left} of the one program, {right} of the other",
        "{n} shared parts: {left} of the one program, {right} of the other",
        n=row.regions,
        left=fmt_percent(row.left_share),
        right=fmt_percent(row.right_share),
    )


def _signs(row: rx.Var[PairRow]) -> rx.Component:
    return rx.fragment(
        rx.cond(row.group > 0, badge(_("Group {n}", n=row.group), sign="users")),
        rx.cond(
            row.looked_at != "",
            badge(_("Looked at"), tone="right", sign="check"),
            rx.cond(row.worth_a_look, badge(_("Worth a look"), tone="note", sign="show")),
        ),
    )


def pair() -> rx.Component:
    """The open pair: both programs, what they share, and what is noted about it."""
    shown = SimilarityState.pair
    return rx.cond(
        shown.row.id != "",
        rx.el.section(
            rx.el.header(
                rx.el.h2(
                    _("Two programs, {percent} alike", percent=fmt_percent(shown.row.similarity)),
                    id="pair-title",
                    tab_index=-1,
                    class_name="text-xl font-semibold",
                ),
                icon_button("close", _("Close the comparison"), on_click=SimilarityState.close_pair),
                class_name="similar-head",
            ),
            _regions(),
            rx.el.div(
                _side(shown.left, "left"),
                _side(shown.right, "right"),
                class_name="similar-sides",
            ),
            _judgement(),
            aria_labelledby="pair-title",
            class_name="similar-pair",
        ),
    )


def _regions() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            icon("chevron-down", 16, "outline-turn"),
            _n("{n} shared part", "{n} shared parts", n=SimilarityState.pair.regions.length()),
            class_name="exercise-more",
        ),
        rx.el.ol(rx.foreach(SimilarityState.pair.regions, _region), class_name="similar-regions"),
    )


def _region(region: rx.Var[RegionRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(region.number, class_name=_tone("similar-number", region.number)),
        _("lines {first} to {last}", first=region.left_first, last=region.left_last),
        rx.el.span(" ↔ ", aria_hidden="true"),
        rx.el.span(_("and"), class_name="sr-only"),
        _("lines {first} to {last}", first=region.right_first, last=region.right_last),
        class_name="numbers",
    )


def _tone(name: str, number: rx.Var[int]) -> rx.Var[str]:
    """A class with one of a few colours; the number itself is always written beside it."""
    return rx.match(
        number % _COLOURS,
        *((colour, f"{name} similar-tone-{colour}") for colour in range(1, _COLOURS)),
        f"{name} similar-tone-0",
    )


def _side(side: rx.Var[Side], name: str) -> rx.Component:
    return rx.el.article(
        rx.el.header(
            rx.el.h3(isolated(side.name), class_name="font-semibold"),
            rx.el.p(
                _(
                    "Submission {n}, {date}, {percent} of it shared",
                    n=side.number,
                    date=fmt_date_time(side.handed_in_at),
                    percent=fmt_percent(side.share),
                ),
                class_name="text-quiet text-sm numbers",
            ),
            class_name="similar-side-head",
        ),
        rx.foreach(side.files, lambda file: _file(file, side.name)),
        class_name="similar-side",
        custom_attrs={"data-side": name},
    )


def _file(file: rx.Var[CodeFile], whose: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.p(file.name, dir="ltr", class_name="similar-file"),
        rx.el.div(
            rx.el.table(
                rx.el.caption(file.name, class_name="sr-only"),
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th(_("Line"), scope="col"),
                        rx.el.th(_("Shared part"), scope="col"),
                        rx.el.th(_("Text"), scope="col"),
                    ),
                    class_name="sr-only",
                ),
                rx.el.tbody(rx.foreach(file.lines, _line)),
                class_name="similar-code",
            ),
            dir="ltr",
            # A frame that scrolls must be reachable by keyboard.
            tab_index=0,
            role="region",
            aria_label=file.name + ", " + whose,
            class_name="similar-scroll",
        ),
        key=file.name,
    )


def _line(line: rx.Var[CodeLine]) -> rx.Component:
    shared = line.region > 0
    return rx.el.tr(
        rx.el.td(line.number, class_name="similar-line-number numbers"),
        rx.el.td(rx.cond(shared, line.region, ""), class_name="similar-mark numbers"),
        rx.el.td(line.text, class_name="similar-text"),
        class_name=rx.cond(shared, _tone("similar-shared", line.region), ""),
        key=line.number,
    )


def _judgement() -> rx.Component:
    """What a person makes of it; nothing follows from a number by itself."""
    row = SimilarityState.pair.row
    return rx.el.div(
        switch_field(
            "looked-at", _("I have looked at these"), checked=row.looked_at != "", on_change=SimilarityState.look
        ),
        rx.cond(
            row.looked_at != "",
            rx.el.p(
                _("Looked at by {name}, {date}", name=row.looked_by, date=fmt_date_time(row.looked_at)),
                class_name="text-quiet text-sm numbers",
            ),
        ),
        textarea_field(
            "note",
            _("Note for those who teach"),
            hint=_("Learners never see it. It is saved when you leave the field."),
            default_value=row.note,
            max_length=2000,
            on_blur=lambda text: SimilarityState.write_note(row.id, text),
            key=row.id,
        ),
        rx.el.p(
            rx.cond(SimilarityState.saved, _("Saved"), ""), role="status", class_name="text-quiet text-sm empty:hidden"
        ),
        class_name="similar-judgement",
    )
