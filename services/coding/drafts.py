"""Drafts: what stands in the editor, kept file by file as it is typed; where two tabs disagree, both texts are kept.

A save names the texts that its sender has had in the editor. Where another one is stored, another tab wrote it: it
stays, and what was sent is put aside until the person chooses. Nothing is lost by a save, a reset or a choice.
"""

from collections.abc import Callable, Collection, Mapping
from secrets import token_hex
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding.diff import code_diff
from services.coding.files import MOST_FILES, Files, file_views, mark_of, parse_files
from services.coding.models import Draft
from services.coding.schemas import Aside, DraftView, FileChange
from services.coding.seats import KeptDraft, content, own_draft
from services.enrolment import Seat
from services.platform import clock
from services.platform.actor import Actor
from services.platform.database import reading, table_of, unit_of_work
from services.platform.errors import Conflict, Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, require_person
from services.platform.statements import Changed

_MOST_ASIDES = 10
_MOST_MARKS = 60
_LONGEST_MARK = 24
_TRIES = 5

Known = Mapping[str, Collection[str]]

_table = table_of(Draft)
_values: dict[str, Any] = {
    "files": sa.bindparam("files_now"),
    "saved_at": sa.bindparam("now"),
    "written": sa.bindparam("written_now"),
    "asides": sa.bindparam("asides_now"),
}
_insert = Changed(
    insert(_table)
    .values(
        course_id=sa.bindparam("of_course"),
        exercise_id=sa.bindparam("of_exercise"),
        user_id=sa.bindparam("of_user"),
        version=1,
        **_values,
    )
    .on_conflict_do_nothing(index_elements=[_table.c.user_id, _table.c.exercise_id])
)
_update = Changed(
    sa.update(_table)
    .where(
        _table.c.exercise_id == sa.bindparam("of_exercise"),
        _table.c.user_id == sa.bindparam("of_user"),
        _table.c.version == sa.bindparam("seen"),
    )
    .values(version=_table.c.version + 1, **_values)
)
_delete = Changed(
    sa.delete(_table).where(
        _table.c.exercise_id == sa.bindparam("of_exercise"),
        _table.c.user_id == sa.bindparam("of_user"),
        _table.c.version == sa.bindparam("seen"),
    )
)


def save_draft(
    actor: Actor, *, exercise_id: object, files: object, known: object = None, asides: object = None
) -> DraftView:
    """Keep files of the editor, each for itself; what is not sent stays as it is.

    ``known`` has for each file the marks (``mark_of``) of the texts that the sender has had of it. ``asides`` has the
    ids under which its texts were put aside before. Without ``known`` the last save wins.
    """
    require_person(actor, Permission.learn)
    parsed, marks, own = parse_files(files), _parse_known(known), _parse_own(asides)

    def keep(work: _Work) -> None:
        for name, text in parsed.items():
            work.put(name, text, marks, own.get(name, ""))

    return _change(actor, exercise_id, keep)


def reset_draft(actor: Actor, *, exercise_id: object, known: object = None, asides: object = None) -> DraftView:
    """Go back to the starter; what another tab wrote meanwhile stays, as with a save."""
    require_person(actor, Permission.learn)
    marks, own = _parse_known(known), _parse_own(asides)

    def go_back(work: _Work) -> None:
        for name in [name for name in work.files if name not in work.starter]:
            if marks is None or mark_of(work.files[name]) in marks.get(name, ()):
                del work.files[name]
        for name, text in work.starter.items():
            work.put(name, text, marks, own.get(name, ""))
        work.started_over = True

    return _change(actor, exercise_id, go_back)


def choose_text(actor: Actor, *, exercise_id: object, aside_id: object, swap: bool) -> DraftView:
    """Choose between a file and the text that was put aside of it; the one not chosen can be brought back."""

    def choose(work: _Work) -> None:
        aside = work.aside(aside_id)
        if aside["settled"]:
            raise Conflict("One of the two texts was chosen in another tab already.")
        work.asides = {
            key: each for key, each in work.asides.items() if not (each["settled"] and each["name"] == aside["name"])
        }
        aside["settled"] = True
        if swap:
            work.swap(aside)

    return _change(actor, exercise_id, choose)


def bring_back(actor: Actor, *, exercise_id: object, aside_id: object) -> DraftView:
    """Take the text that was not chosen after all; the other one can be brought back in its turn."""

    def swap(work: _Work) -> None:
        aside = work.aside(aside_id)
        if not aside["settled"]:
            raise NotFound
        work.swap(aside)

    return _change(actor, exercise_id, swap)


def forget_text(actor: Actor, *, exercise_id: object, aside_id: object) -> DraftView:
    """Forget the text that was not chosen."""

    def forget(work: _Work) -> None:
        if not work.aside(aside_id)["settled"]:
            raise Conflict("Choose one of the two texts first.")
        del work.asides[str(aside_id)]

    return _change(actor, exercise_id, forget)


def compare_texts(actor: Actor, *, exercise_id: object, aside_id: object, aside_first: bool) -> FileChange:
    """Return a file and the text that was put aside of it, line by line."""
    require_person(actor, Permission.learn)
    wanted = parse_id(exercise_id)
    with reading(actor) as session:
        seat, draft = own_draft(session, actor, wanted)
        work = _Work(draft, content(session, seat, wanted).starter)
    aside = work.aside(aside_id)
    name, stored, other = aside["name"], work.text(aside["name"]) or "", aside["text"]
    lines = code_diff(other, stored) if aside_first else code_diff(stored, other)
    return FileChange(name, stored == other, lines)


def draft_files(draft: KeptDraft, starter: Files) -> Files:
    """The files of an exercise with what a person has saved of them."""
    return {**starter, **draft.files}


def aside_views(draft: KeptDraft) -> list[Aside]:
    """The texts that were put aside, the oldest first."""
    return [
        Aside(
            id=key,
            name=each["name"],
            text=each["text"],
            written_at=each["written_at"],
            file_written_at=draft.written.get(each["name"], draft.saved_at),
            settled=each["settled"],
        )
        for key, each in draft.asides.items()
    ]


class _Work:
    """A draft while it is changed; the stored one stays as it was read."""

    def __init__(self, draft: KeptDraft, starter: Files) -> None:
        self.starter = starter
        self.files, self.written = dict(draft.files), dict(draft.written)
        self.asides = {key: dict(each) for key, each in draft.asides.items()}
        self.put_aside: dict[str, str] = {}
        self._saved_at = draft.saved_at
        self.now = clock.now()
        self.started_over = False

    @property
    def nothing(self) -> bool:
        """Whether it was started over, and only the starter is left."""
        return self.started_over and not self.asides and {**self.starter, **self.files} == self.starter

    def text(self, name: str) -> str | None:
        """What is stored of a file, which may be the starter's."""
        return self.files.get(name, self.starter.get(name))

    def aside(self, aside_id: object) -> dict[str, Any]:
        """A text that was put aside."""
        found = self.asides.get(aside_id) if isinstance(aside_id, str) else None
        if found is None:
            raise NotFound
        return found

    def put(self, name: str, text: str, known: Known | None, own_id: str) -> None:
        """Save a file, or put the text aside where somebody else has written the file."""
        stored, own = self.text(name), self.asides.get(own_id)
        if own is not None and (own["settled"] or own["name"] != name):
            own = None
        # Where nothing was saved there is only the starter, which nobody can lose.
        if (
            known is None
            or name not in self.files
            or stored == text
            or mark_of(self.files[name]) in known.get(name, ())
        ):
            self.files[name] = text
            if stored != text:
                self.written[name] = self.now.isoformat()
            if own is not None:
                del self.asides[own_id]
            return
        self.written.setdefault(name, self._saved_at)
        key = own_id if own is not None else self._same(name, text) or self._room()
        self.asides[key] = {"name": name, "text": text, "written_at": self.now.isoformat(), "settled": False}
        self.put_aside[name] = key

    def swap(self, aside: dict[str, Any]) -> None:
        """Let a text that was put aside and the file change places."""
        name, stored, at = (
            aside["name"],
            self.text(aside["name"]) or "",
            self.written.get(aside["name"], self.now.isoformat()),
        )
        self.files[name], self.written[name] = aside["text"], aside["written_at"]
        aside["text"], aside["written_at"] = stored, at

    def _same(self, name: str, text: str) -> str:
        alike = (key for key, each in self.asides.items() if each["name"] == name and each["text"] == text)
        return next((key for key in alike if not self.asides[key]["settled"]), "")

    def _room(self) -> str:
        if len(self.asides) >= _MOST_ASIDES:
            settled = next((key for key, each in self.asides.items() if each["settled"]), None)
            if settled is None:
                raise Conflict("Very many texts of this exercise are kept. Choose between them first.")
            del self.asides[settled]
        return token_hex(6)


def _change(actor: Actor, exercise_id: object, change: Callable[[_Work], None]) -> DraftView:
    user_id = require_person(actor, Permission.learn)
    wanted = parse_id(exercise_id)
    with unit_of_work(actor) as session:
        for _ in range(_TRIES):
            seat, before = own_draft(session, actor, wanted)
            work = _Work(before, content(session, seat, wanted).starter)
            change(work)
            if _store(session, seat, wanted, user_id, before, work):
                after = KeptDraft(
                    1, work.files, "" if work.nothing else work.now.isoformat(), work.written, work.asides
                )
                return DraftView(
                    exercise_id=str(wanted),
                    saved_at=after.saved_at,
                    files=file_views(draft_files(after, work.starter)),
                    asides=aside_views(after),
                    put_aside=work.put_aside,
                )
            # Another save was quicker: this one waits for it, and is made again over what it left.
            session.execute(
                sa.select(col(Draft.id))
                .where(col(Draft.exercise_id) == wanted, col(Draft.user_id) == user_id)
                .with_for_update()
            )
    raise Conflict("This was saved in several places at once. Try again.")


def _store(session: Session, seat: Seat, exercise_id: UUID, user_id: UUID, before: KeptDraft, work: _Work) -> bool:
    if before.version is not None and work.nothing:
        return _delete.run(session, of_exercise=exercise_id, of_user=user_id, seen=before.version) == 1
    if work.nothing:
        return True
    values = {
        "of_exercise": exercise_id,
        "of_user": user_id,
        "files_now": parse_files(work.files),
        "now": work.now,
        "written_now": work.written,
        "asides_now": work.asides,
    }
    if before.version is None:
        return _insert.run(session, of_course=seat.revision.course_id, **values) == 1
    return _update.run(session, seen=before.version, **values) == 1


def _parse_known(known: object) -> Known | None:
    if known is None:
        return None
    if not isinstance(known, Mapping) or len(known) > MOST_FILES:
        raise Invalid("What was sent cannot be used. Nothing was changed.")
    for name, marks in known.items():
        plain = isinstance(name, str) and isinstance(marks, list | tuple) and len(marks) <= _MOST_MARKS
        if not plain or not all(isinstance(mark, str) and len(mark) <= _LONGEST_MARK for mark in marks):
            raise Invalid("What was sent cannot be used. Nothing was changed.")
    return known


def _parse_own(asides: object) -> Mapping[str, str]:
    if asides is None:
        return {}
    if not isinstance(asides, Mapping) or len(asides) > MOST_FILES:
        raise Invalid("What was sent cannot be used. Nothing was changed.")
    if not all(isinstance(name, str) and isinstance(key, str) for name, key in asides.items()):
        raise Invalid("What was sent cannot be used. Nothing was changed.")
    return asides
