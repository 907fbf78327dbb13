"""Commands about courses: bring them in, take them out, check that their exercises can be solved."""

import json
import time
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from lms_app.cli import start

if TYPE_CHECKING:
    from services.coding import ReferenceReport, RejudgingView
    from services.courses.schemas import ImportReport

_LOOK_AGAIN = 1.0  # seconds


class CourseFormat(StrEnum):
    """What a course can be imported from."""

    package = "package"
    exercism = "exercism"


def import_course(
    source: Path = typer.Argument(exists=True, help="Folder, zip or tar.gz."),
    format: CourseFormat = typer.Option(CourseFormat.package, help="Format of the source."),
) -> None:
    """Import a course, whole or not at all; a course with the same address is updated."""
    start.load_settings()
    start.ready_database()
    from services import courses

    with start.refusals():
        report = courses.import_course(start.system_actor(), source=source, format=format.value)
    typer.echo(_lines(report))


def export_course(
    slug: str = typer.Argument(help="The course's address, as in /courses/SLUG."),
    target: Path = typer.Argument(help="Folder to make, or a file that ends in .zip."),
) -> None:
    """Export a course as a package that can be kept in git and imported again."""
    start.load_settings()
    start.ready_database()
    from services import courses

    with start.refusals():
        courses.export_course(start.system_actor(), slug=slug, target=target)
    typer.echo(f"{slug} is in {target}.")


def judge(
    course: str = typer.Option(..., help="The course's address."),
    reference: bool = typer.Option(False, "--reference", help="Run each exercise's reference solution and starter."),
    as_json: bool = typer.Option(False, "--json", help="Print the report as JSON."),
) -> None:
    """Run the reference solutions of a course through the judge; exit code 1 when one is not accepted."""
    if not reference:
        start.fail("Say what to judge: --reference runs the reference solutions and the starters.", 2)
    start.load_settings()
    start.ready_database()
    from services import coding

    with start.refusals():
        report = coding.judge_reference(start.system_actor(), course=course)
    typer.echo(json.dumps(asdict(report), ensure_ascii=False, indent=2) if as_json else _table(report))
    if report.references_accepted != len(report.rows):
        raise typer.Exit(1)


def rejudge(
    exercise: str = typer.Option(..., help="The exercise's id."),
    follow: bool = typer.Option(False, "--follow", help="Show how far it is until it is done."),
) -> None:
    """Have everything handed in at an exercise judged anew, by its tests as they are now; a running server does it."""
    start.load_settings()
    start.ready_database()
    from services import coding

    actor = start.system_actor()
    with start.refusals():
        view = coding.rejudge(actor, exercise_id=exercise)
        typer.echo(_progress(view))
        while follow and not view.finished:
            time.sleep(_LOOK_AGAIN)
            before, view = view, coding.rejudge_progress(actor, rejudging_id=view.id)
            if (view.done, view.status) != (before.done, before.status):
                typer.echo(_progress(view))
    if view.status == "failed":
        raise typer.Exit(1)


def _progress(view: "RejudgingView") -> str:
    said = (
        f"{view.done} of {view.total} judged anew, {view.changed} with another verdict, {view.kept} kept as they were."
    )
    return f"{said} {view.message}".strip()


def _table(report: "ReferenceReport") -> str:
    lines = [
        f"{row.slug:40} {row.reference:14} {row.passed}/{row.total}  starter: {row.starter or 'none'}"
        f"{'  (draft)' if row.draft else ''}{'  ' + row.message if row.reference != 'accepted' else ''}"
        for row in report.rows
    ]
    lines.append(f"{report.references_accepted} of {len(report.rows)} reference solutions accepted.")
    if report.starters_accepted:
        lines.append(f"Starters that pass as they are: {', '.join(report.starters_accepted)}.")
    return "\n".join(lines)


def _lines(report: "ImportReport") -> str:
    plain = {name: value for name, value in asdict(report).items() if name != "warnings"}
    return "\n".join([f"{name}: {value}" for name, value in plain.items()] + [f"! {one}" for one in report.warnings])
