"""The playground: a language, an editor with an input, and what the program said."""

import reflex as rx

from components.coding.outcome import verdict_words
from components.external.address import AddressQuery
from components.external.practice import Playground
from components.i18n import _, fmt_unit, tr
from components.ui.code import editor_words
from components.ui.display import chip
from components.ui.feedback import callout, empty_state, error_state, skeleton
from components.ui.icon import icon
from services.coding.schemas import LanguageView
from state.playground import PlaygroundState

SAMPLES = {
    "bash": 'read -r name\necho "Hello, ${name:-world}!"\n',
    "c": (
        "#include <stdio.h>\n\n"
        "int main(void) {\n"
        '    char name[100] = "world";\n'
        '    scanf("%99s", name);\n'
        '    printf("Hello, %s!\\n", name);\n'
        "}\n"
    ),
    "cpp": (
        "#include <iostream>\n#include <string>\n\n"
        "int main() {\n"
        "    std::string name;\n"
        '    if (!std::getline(std::cin, name)) name = "world";\n'
        '    std::cout << "Hello, " << name << "!\\n";\n'
        "}\n"
    ),
    "java": (
        "import java.util.Scanner;\n\n"
        "public class Main {\n"
        "    public static void main(String[] args) {\n"
        "        Scanner in = new Scanner(System.in);\n"
        '        String name = in.hasNextLine() ? in.nextLine() : "world";\n'
        '        System.out.println("Hello, " + name + "!");\n'
        "    }\n"
        "}\n"
    ),
    "javascript": (
        'const { readFileSync } = require("node:fs");\n\n'
        'const name = readFileSync(0, "utf8").trim() || "world";\n'
        "console.log(`Hello, ${name}!`);\n"
    ),
    "python": 'import sys\n\nname = sys.stdin.readline().strip() or "world"\nprint(f"Hello, {name}!")\n',
    "sql": "SELECT 'Hello, world!' AS greeting;\n",
    "typescript": (
        'import { readFileSync } from "node:fs";\n\n'
        'const name: string = readFileSync(0, "utf8").trim() || "world";\n'
        "console.log(`Hello, ${name}!`);\n"
    ),
}
"""A first program in each language: it greets whom the input names, or else the world."""


def playground() -> rx.Component:
    """Everything below the head of the playground."""
    return rx.fragment(
        AddressQuery.create(query=PlaygroundState.query),
        rx.match(
            PlaygroundState.status,
            ("ready", _bench()),
            (
                "closed",
                empty_state(
                    _("Programs cannot be run here now"),
                    _("This server has no safe place to run them in. Those who look after it can mend that."),
                    sign="code",
                ),
            ),
            (
                "error",
                error_state(
                    _("The playground did not load"),
                    _("What you wrote is kept in this browser. Try again in a moment."),
                    on_retry=PlaygroundState.open,
                ),
            ),
            skeleton(lines=6),
        ),
    )


def _bench() -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(
                rx.el.span(_("Language"), id="playground-language", class_name="catalogue-filter-name"),
                rx.foreach(PlaygroundState.languages, _language),
                role="group",
                aria_labelledby="playground-language",
                class_name="catalogue-filter",
            ),
            class_name="catalogue-filters playground-languages",
        ),
        _editor(),
    )


def _language(language: rx.Var[LanguageView]) -> rx.Component:
    return chip(
        rx.el.bdi(language.label),
        chosen=PlaygroundState.language == language.name,
        on_click=PlaygroundState.choose(language.name),
    )


def _editor() -> rx.Component:
    sql = PlaygroundState.language == "sql"
    return Playground.create(
        rx.el.section(_result(), role="status", aria_label=_("Result"), class_name="playground-result"),
        key=PlaygroundState.language,
        lang=PlaygroundState.language,
        sample=rx.match(PlaygroundState.language, *SAMPLES.items(), ""),
        busy=PlaygroundState.busy,
        words={
            "run": _("Run"),
            "runTitle": _("Run: Ctrl+Enter in the editor"),
            "working": _("Working"),
            "startOver": _("Start over"),
            "bringBack": _("Bring my code back"),
            "kept": _("Kept in this browser"),
            "input": rx.cond(sql, _("Statements that run before yours"), _("Input for the program")),
            "inputHint": rx.cond(
                sql, _("SQL that runs before your statements"), _("What the program reads, line by line")
            ),
        },
        run_icon=rx.Var.create(icon("play")),
        again_icon=rx.Var.create(icon("retry")),
        editor={
            "label": _("Your program"),
            "keysLabel": _("Signs to type"),
            "words": editor_words(),
        },
        on_run=PlaygroundState.run,
        class_name="playground",
    )


def _result() -> rx.Component:
    outcome = PlaygroundState.outcome
    return rx.match(
        outcome.status,
        ("none", rx.el.p(_("What your program prints stands here."), class_name="text-quiet")),
        (
            "running",
            rx.el.p(
                rx.el.span(class_name="spinner", aria_hidden="true"), _("Running"), class_name="outcome-head text-quiet"
            ),
        ),
        ("refused", callout(tr(outcome.message), meaning="caution", title=_("This was not run. Your code is kept."))),
        _done(),
    )


def _done() -> rx.Component:
    outcome = PlaygroundState.outcome
    well = outcome.verdict == "accepted"
    unread = outcome.verdict == "compile_error"
    return rx.fragment(
        rx.el.p(
            rx.cond(well, icon("right", 20, "text-right"), icon("wrong", 20, "text-wrong")),
            rx.el.strong(rx.cond(well, _("The program ran"), verdict_words(outcome.verdict))),
            rx.cond(
                (outcome.exit_code != "") & (outcome.exit_code != "0") & ~unread,
                rx.el.span(_("Exit code {code}", code=outcome.exit_code), class_name="text-quiet numbers"),
            ),
            class_name="outcome-head",
        ),
        rx.cond(outcome.message != "", rx.el.p(tr(outcome.message))),
        rx.cond(
            ~unread,
            _stream(_("Output"), rx.cond(outcome.stdout != "", outcome.stdout, _("It printed nothing."))),
        ),
        rx.cond(
            outcome.stderr != "",
            _stream(rx.cond(unread, _("Where it could not be read"), _("Errors")), outcome.stderr),
        ),
        rx.cond(
            outcome.truncated, rx.el.p(_("The output was longer and is cut here."), class_name="text-quiet text-sm")
        ),
        rx.el.dl(
            _measure(_("Time"), fmt_unit(outcome.time_ms, "millisecond")),
            _measure(_("Memory"), fmt_unit((outcome.memory_kb / 1024).to(int), "megabyte")),
            class_name="measures numbers",
        ),
    )


def _measure(name: rx.Var, value: rx.Var) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value))


def _stream(label: rx.Var, text: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.p(label, class_name="text-quiet text-sm"),
        rx.el.pre(text, dir="ltr", tab_index=0, class_name="stream"),
    )
