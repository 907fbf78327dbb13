"""Running code that is not handed in: the playground, the API, and Run in an exercise."""

from services.coding import judging, machine
from services.coding.files import MOST_BYTES, parse_files, parse_text
from services.coding.loading import public_task, studied_exercise, with_starter
from services.coding.schemas import ExerciseRunView, LanguageView, RunView
from services.coding.views import check_lines, failing_case
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import Invalid
from services.platform.permissions import Permission, require, require_person
from services.platform.rate import limiter

_RUNS_PER_MINUTE = 30
_MOST_STDIN_BYTES = 1024 * 1024


def languages(actor: Actor) -> list[LanguageView]:
    """The languages of this server, for those who may run code here."""
    require(actor, Permission.run_code)
    return machine.languages()


def run_code(
    actor: Actor,
    *,
    language: object,
    source: object,
    stdin: object = "",
    files: object = None,
    limits: object = None,
) -> RunView:
    """Run a program with its own input. Limits above the ceiling are lowered to it; no run is kept."""
    person_id = require_person(actor, Permission.run_code)
    entry = judging.entry_of(language)
    program = {entry: parse_text(source, field="source")}
    beside = parse_files(files) if files else {}
    if entry in beside:
        raise Invalid(
            "A file may not have the name {name}, which is the program's.",
            fields={"files": "This name is taken."},
            name=entry,
        )
    given = parse_text(stdin, field="stdin", most_bytes=_MOST_STDIN_BYTES)
    allowed = judging.run_limits(limits)
    limiter.take(f"run:{person_id}", _RUNS_PER_MINUTE, 60)
    return judging.run(
        language=str(language),
        files={**program, **beside},
        entry=entry,
        stdin=given,
        limits=allowed,
        person=str(person_id),
    )


def run_exercise(actor: Actor, *, exercise_id: object, files: object, stdin: object = None) -> ExerciseRunView:
    """Run in an exercise: with own input when ``stdin`` is given (an empty one counts), else the public cases."""
    person_id = require_person(actor, Permission.run_code)
    parsed = parse_files(files)
    given = None if stdin is None else parse_text(stdin, field="stdin", most_bytes=MOST_BYTES)
    with reading(actor) as session:
        exercise = studied_exercise(session, actor, exercise_id)
        task = public_task(session, exercise)
    limiter.take(f"run:{person_id}", _RUNS_PER_MINUTE, 60)
    whole = with_starter(exercise, parsed)
    if given is not None or not task.public_cases:
        ran = judging.run(
            language=task.language,
            files=whole,
            entry=task.entry,
            stdin=judging.own_input(task, given or ""),
            limits=task.limits,
            person=str(person_id),
        )
        return ExerciseRunView(verdict=ran.verdict, run=ran, checks=[], failing=None, message=ran.message)
    judged = judging.run_public(task, whole, person=str(person_id))
    return ExerciseRunView(
        verdict=judged.verdict,
        run=None,
        checks=check_lines(judged.result),
        failing=failing_case(judged.result),
        message=judged.result["message"],
    )
