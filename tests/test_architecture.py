"""The rooms and the small bans that keep them: read from the code itself, each with its reason."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("lms_app", "components", "state", "services", "sandbox")
LONGEST_MODULE = 450
# Sent as one text into a cage, where there is no package to import the rest from.
IN_ONE_PIECE = {"sandbox/agent/agent.py": 800}


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for path in modules(*folders):
        yield name_of(path), ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with what it calls, as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def found(pattern: str, *folders: str, except_in: tuple[str, ...] = ()) -> list[str]:
    """Where something whose name matches is called."""
    return [
        f"{name}:{call.lineno} {called}"
        for name, tree in trees(*folders)
        if name not in except_in
        for called, call in calls(tree)
        if re.search(pattern, called)
    ]


def test_rooms_and_features_import_in_one_direction() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_only_the_database_module_ends_a_transaction() -> None:
    """One public function is one unit of work; whoever commits in the middle makes it two."""
    assert found(r"(session|db)\.(commit|rollback)$", *ROOMS) == []


def test_peoples_text_goes_through_one_door() -> None:
    """Reflex's Markdown runs the raw HTML in it."""
    assert found(r"^rx\.(markdown|html)$", *ROOMS, except_in=("components/rich_text.py",)) == []


# Where nobody is known yet, or for upkeep of what belongs to all.
_ACROSS = {
    "services/platform/jobs.py": "a worker takes the jobs of every organisation",
    "services/platform/leases.py": "a worker takes the jobs of every organisation",
    "services/accounts/demo.py": "an address is one person's in all organisations",
    "services/accounts/sessions.py": "a cookie says which organisation",
    "services/accounts/signing_in.py": "the e-mail address says which organisation",
    "services/accounts/tokens.py": "a token says which organisation",
    "services/accounts/visitors.py": "finds the organisation of who came without one",
}


def test_reaching_across_organisations_is_a_short_list() -> None:
    ways = {"across_organisations", "reading_across_organisations"}
    users = {name for name, tree in trees("services", "lms_app", "state") if ways & names(tree)}
    assert users == set(_ACROSS)


def names(tree: ast.AST) -> set[str]:
    """Every name and attribute in the code, comments and texts left out."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


# Public functions of the features that act for nobody in particular.
_WITHOUT_ACTOR = {
    "accounts.demo_accounts": "what the settings offer everybody",
    "accounts.default_visitor": "makes the actor of somebody unknown",
    "accounts.ensure_default_organisation": "there is nobody before it",
    "accounts.ensure_demo_people": "run by the start of a demo",
    "accounts.forget_resolved": "empties this process's memory of sessions",
    "accounts.known_visitor": "makes the actor of somebody unknown",
    "accounts.local_path": "looks at a text only",
    "accounts.refresh": "the token is the proof",
    "accounts.resolve": "finds the actor",
    "accounts.resolve_access": "finds the actor",
    "accounts.resolve_cached": "finds the actor",
    "accounts.resolve_session": "finds the actor",
    "accounts.storable": "looks at a text only",
    "ai.close": "ends this process's answers",
    "ai.warm_up": "imports a library",
    "coding.cage_problem": "about this machine",
    "coding.close": "ends this process's programs",
    "coding.threads_wanted": "about this machine",
    "courses.hits": "ranks texts it is given",
    "courses.lesson_content": "of a lesson that its caller has loaded, which is checking",
    "courses.kept": "of a course that its caller has loaded, which is checking",
    "courses.register_held": "called once, at import",
    "courses.register_membership": "called once, at import",
    "courses.revision_of": "looks at a row it is given",
    "courses.skeleton": "of a course that its caller has loaded, which is checking",
    "courses.syllabus": "of a course that its caller has loaded, which is checking",
    "enrolment.begun_lessons": "called by courses when it imports, inside its transaction",
    "enrolment.with_seat": "a statement, not yet asked",
}
_FEATURES = ("accounts", "courses", "enrolment", "assessment", "coding", "coding.similarity", "ai")


def public_functions(feature: str) -> Iterator[tuple[str, list[str]]]:
    """The functions a feature names in ``__all__``, with their parameters."""
    import importlib
    import inspect

    package = importlib.import_module(f"services.{feature}")
    for name in package.__all__:
        thing = getattr(package, name)
        if inspect.isfunction(thing):
            yield f"{feature}.{name}", list(inspect.signature(thing).parameters)


@pytest.mark.parametrize("feature", _FEATURES)
def test_a_service_function_takes_the_actor_first(feature: str) -> None:
    """No function takes an id without who asks; ``session`` comes before the actor inside somebody's transaction."""
    for name, parameters in public_functions(feature):
        if name not in _WITHOUT_ACTOR:
            first = [parameter for parameter in parameters if parameter != "session"][:1]
            assert first and first[0] in {"actor", "visitor"}, f"{name}({', '.join(parameters)})"


def test_the_list_of_functions_without_actor_is_not_longer_than_needed() -> None:
    there = {name for feature in _FEATURES for name, _parameters in public_functions(feature)}
    assert set(_WITHOUT_ACTOR) <= there


# What a state may call as it is: it reads settings or a text, and neither the database nor the disk.
_LIGHT = {"accounts.storable", "courses.hits", "demo_accounts", "local_path", "mark_of", "parted", "shown", "visible"}
# Run in the pool themselves: before every service call made there, and to make several at once.
_IN_POOL = {"_as_speaker", "whole_lesson"}
# The tutor's stream is asynchronous itself.
_ASYNC = {"ai.follow"}


def imported_from_features(tree: ast.Module) -> set[str]:
    """The feature packages and their functions that a module imports."""
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and re.match(r"services(\.(?!platform)|$)", node.module or "")
        and not (node.module or "").endswith((".schemas", ".models"))
        for alias in node.names
        if alias.name[0].islower() and alias.name != "platform"
    }


def test_a_state_calls_services_only_through_the_pool() -> None:
    """A service called on the event loop would stop every learner for as long as it takes."""
    wrong = []
    for name, tree in trees("state"):
        imported = imported_from_features(tree)
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions:
            if function.name in _IN_POOL:
                continue
            for called, call in calls(function):
                service = called.split(".")[0] in imported and not called.split(".")[-1][0].isupper()
                if service and called not in _LIGHT | _ASYNC:
                    wrong.append(f"{name}:{call.lineno} {called}")
    assert wrong == []


@pytest.mark.parametrize("path", modules(*ROOMS), ids=name_of)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= IN_ONE_PIECE.get(name_of(path), LONGEST_MODULE), f"{lines} lines: split it by noun"


# text-right, bg-right and the like are not sides: "right" is the colour of a right answer.
_PHYSICAL = re.compile(
    r"(?<![\w-])(?:-?(?:ml|mr|pl|pr|scroll-ml|scroll-mr|scroll-pl|scroll-pr)-[\w\[./]|-?(?:left|right)-(?:\d|px|auto|full|\[)|"
    r"(?:border|rounded)-(?:l|r|tl|tr|bl|br)(?![\w])|text-left\b|float-(?:left|right)\b)"
)


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def test_components_know_start_and_end_but_not_left_and_right() -> None:
    """Arabic turns the page around by direction alone."""
    wrong = [
        f"{name}:{text.lineno} {text.value[:80]!r}"
        for name, tree in trees("components", "lms_app/pages")
        for text in texts(tree)
        if _PHYSICAL.search(text.value)
    ]
    assert wrong == []


def physical(classes: str) -> bool:
    return bool(_PHYSICAL.search(classes))


@pytest.mark.parametrize("classes", ["ml-2", "p-2 -mr-1", "md:left-0", "text-left", "rounded-tl-md", "pl-[3px]"])
def test_the_ban_sees_physical_classes(classes: str) -> None:
    assert physical(classes)


@pytest.mark.parametrize(
    "classes", ["ms-2", "text-right", "html-x", "text-start", "start-0", "copyright-note", "align-left-side"]
)
def test_the_ban_lets_others_pass(classes: str) -> None:
    assert not physical(classes)


def test_the_migrations_folder_does_not_hide_the_library() -> None:
    assert not (ROOT / "alembic" / "__init__.py").exists()
