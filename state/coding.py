"""Code in a lesson: the exercises with their drafts and judgements, and samples that run."""

import asyncio
from dataclasses import replace
from itertools import count
from typing import Any

import reflex as rx

from services import coding
from services.coding.schemas import (
    Aside,
    DraftView,
    ExerciseView,
    FileView,
    RunView,
    SubmissionRow,
    SubmissionView,
)
from services.courses.schemas import LessonView
from services.platform.errors import LimitReached, ServiceError, Unavailable
from services.platform.messages import translate
from state.base import GuardedState, Id, Key, Line, Permission, Text, handles, speaker
from state.coding_drafts import Apart, apart_rows, marks, still_own
from state.coding_outcome import Outcome, of_run, of_submission, refused, told
from state.progress import ProgressState

_SOON_SECONDS, _LATER_SECONDS = 0.15, 0.5  # most verdicts come within a second or two; what waits longer may
_SOON_LOOKS = 30
_ROWS_SHOWN = 10


class ExerciseState(GuardedState, rx.State):
    """The exercises of the open lesson by id. What is typed lives in the browser and in the draft, not in a var."""

    any: bool = False
    views: dict[str, ExerciseView] = {}
    shown: dict[str, FileView] = {}
    sources: dict[str, list[FileView]] = {}
    resets: dict[str, int] = {}
    saved_at: dict[str, str] = {}
    undoable: dict[str, bool] = {}
    hints: dict[str, list[str]] = {}
    inputs: dict[str, str] = {}
    outcomes: dict[str, Outcome] = {}
    busy: str = ""
    solved: dict[str, bool] = {}
    history: dict[str, list[SubmissionRow]] = {}
    older: dict[str, str] = {}
    apart: dict[str, list[Apart]] = {}
    _files: dict[str, dict[str, str]] = {}
    _before_reset: dict[str, dict[str, str]] = {}
    _waiting: dict[str, str] = {}
    _own_asides: dict[str, dict[str, str]] = {}

    @handles(Permission.learn, rate=(120, 60))
    async def edit(self, exercise_id: Id, name: Line, text: Text, known: list[Key] | None = None) -> None:
        """Save what was typed, a pause after it was typed; ``known`` has the marks of the texts it was typed over."""
        if exercise_id not in self._files or name not in self._files[exercise_id]:
            return
        self._files[exercise_id][name] = text
        await self._save(exercise_id, {name: text}, None if known is None else {name: known})
        self.undoable = {**self.undoable, exercise_id: False}

    @handles(Permission.learn)
    def open_file(self, exercise_id: Id, name: Line) -> None:
        """Show another file in the editor."""
        if name in self._files.get(exercise_id, {}):
            self._show_file(exercise_id, name)

    @handles(Permission.learn)
    def set_input(self, exercise_id: Id, text: Text) -> None:
        """Keep the input that Run gives to the program."""
        if exercise_id in self._files:
            self.inputs = {**self.inputs, exercise_id: text}

    @handles(Permission.run_code, rate=(30, 60))
    async def run(self, exercise_id: Id) -> Any:
        """Run the program against the public cases, or by itself where there are none."""
        async for update in self._run(exercise_id, None):
            yield update

    @handles(Permission.run_code, rate=(30, 60))
    async def run_with_input(self, exercise_id: Id) -> Any:
        """Run the program with the learner's own input."""
        async for update in self._run(exercise_id, self.inputs.get(exercise_id, "")):
            yield update

    @handles(Permission.learn, rate=(20, 60))
    async def submit(self, exercise_id: Id) -> Any:
        """Hand the program in; ``follow`` shows the judgement when it comes."""
        if exercise_id not in self._files:
            return None
        try:
            handed_in = await self.call(coding.submit, exercise_id=exercise_id, files=dict(self._files[exercise_id]))
        except (Unavailable, LimitReached) as refusal:
            self._put_outcome(exercise_id, refused(_said(refusal)))
            return None
        return self._wait_for(exercise_id, handed_in)

    @handles(Permission.learn, rate=(20, 60))
    async def submit_again(self, submission_id: Id) -> Any:
        """Hand the code of an earlier submission in once more; the editor stays as it is."""
        handed_in = await self.call(coding.submit_again, submission_id=submission_id)
        return self._wait_for(handed_in.exercise_id, handed_in) if handed_in.exercise_id in self._files else None

    @handles(Permission.learn, rate=(20, 60))
    async def cancel(self, exercise_id: Id) -> None:
        """Take back what waits for the judge; what is judged meanwhile is shown as that."""
        submission_id = self._waiting.get(exercise_id, "")
        if submission_id:
            await self._judged(exercise_id, await self.call(coding.cancel, submission_id=submission_id))

    @handles(Permission.learn, rate=(30, 60))
    async def show_older(self, exercise_id: Id) -> None:
        """Show more of what was handed in before."""
        cursor = self.older.get(exercise_id, "")
        if not cursor:
            return
        page = await self.call(coding.history, exercise_id=exercise_id, cursor=cursor, limit=_ROWS_SHOWN)
        self.history = {**self.history, exercise_id: [*self.history.get(exercise_id, []), *page.rows]}
        self.older = {**self.older, exercise_id: page.next_cursor}

    @handles(Permission.learn, background=True)
    async def follow(self, exercise_id: Id) -> None:
        """Look at a submission until it is judged, or until the learner is elsewhere."""
        looks = coding.Looks()
        for look in count():  # what waits too long ends by itself
            async with self:
                submission_id = self._waiting.get(exercise_id, "")
            if not submission_id:
                return
            view = await self.call(coding.submission, submission_id=submission_id)
            async with self:
                if self._waiting.get(exercise_id) != submission_id:
                    return
                await self._judged(exercise_id, view)
            if view.finished:
                return
            await asyncio.sleep(_until_next_look(look, view, looks))

    @handles(Permission.learn, rate=(30, 60))
    async def hint(self, exercise_id: Id) -> None:
        """Show one hint more."""
        if exercise_id not in self.views:
            return
        given = self.hints.get(exercise_id, [])
        found = await self.call(coding.hint, exercise_id=exercise_id, number=len(given) + 1)
        self.hints = {**self.hints, exercise_id: [*given, found.html]}

    @handles(Permission.learn, rate=(20, 60))
    async def start_over(self, exercise_id: Id) -> None:
        """Go back to the starter; what was there can be brought back until something is typed."""
        if exercise_id not in self._files:
            return
        before = dict(self._files[exercise_id])
        draft = await self.call(
            coding.reset_draft,
            exercise_id=exercise_id,
            known=marks(before),
            asides=self._own_asides.get(exercise_id, {}),
        )
        self._before_reset[exercise_id] = before
        self._take_draft(draft)
        self.undoable = {**self.undoable, exercise_id: True}

    @handles(Permission.learn, rate=(20, 60))
    async def undo_reset(self, exercise_id: Id) -> None:
        """Bring back what the reset took away."""
        before = self._before_reset.pop(exercise_id, None)
        if before is None:
            return
        await self._replace(exercise_id, before)
        self.undoable = {**self.undoable, exercise_id: False}

    @handles(Permission.learn, rate=(30, 60))
    async def show_submission(self, submission_id: Id) -> None:
        """Show the judgement of a program that was handed in before."""
        view = await self.call(coding.submission, submission_id=submission_id)
        if view.exercise_id in self._files and view.exercise_id not in self._waiting:
            self._put_outcome(view.exercise_id, of_submission(view))

    @handles(Permission.learn, rate=(20, 60))
    async def take_back(self, submission_id: Id) -> None:
        """Put a program that was handed in before into the editor; what was there can be brought back."""
        view = await self.call(coding.submission, submission_id=submission_id)
        if view.exercise_id not in self._files:
            return
        before = dict(self._files[view.exercise_id])
        await self._replace(view.exercise_id, {file.name: file.text for file in view.files if file.name in before})
        self._before_reset[view.exercise_id] = before
        self.undoable = {**self.undoable, view.exercise_id: True}

    async def _run(self, exercise_id: str, stdin: str | None) -> Any:
        view = self.views.get(exercise_id)
        # Ctrl+Enter is there where the buttons are not.
        if exercise_id not in self._files or view is None or view.problem or not view.runs:
            return
        self.busy = exercise_id
        self._put_outcome(exercise_id, Outcome(kind="run", status="running"))
        yield
        try:
            ran = await self.call_patiently(
                coding.run_exercise, exercise_id=exercise_id, files=dict(self._files[exercise_id]), stdin=stdin
            )
            self._put_outcome(exercise_id, of_run(ran))
        except (Unavailable, LimitReached) as refusal:
            # It is said where the result would stand, and stays there: a notice is gone before it is read.
            self._put_outcome(exercise_id, refused(_said(refusal)))
        except Exception:
            self.outcomes = {key: value for key, value in self.outcomes.items() if key != exercise_id}
            raise
        finally:
            self.busy = ""

    def _wait_for(self, exercise_id: str, view: SubmissionView) -> Any:
        self._waiting[exercise_id] = view.id
        self._put_outcome(exercise_id, of_submission(view))
        return ExerciseState.follow(exercise_id)

    async def _judged(self, exercise_id: str, view: SubmissionView) -> None:
        outcome = of_submission(view)
        if self.outcomes.get(exercise_id) != outcome:
            self._put_outcome(exercise_id, outcome)
        if view.finished:
            self._waiting.pop(exercise_id, None)
            page = await self.call(coding.history, exercise_id=exercise_id, limit=_ROWS_SHOWN)
            self.history = {**self.history, exercise_id: page.rows}
            self.older = {**self.older, exercise_id: page.next_cursor}
            if view.accepted:
                self.solved = {**self.solved, exercise_id: True}
                await (await self.get_state(ProgressState))._refresh()

    async def _save(self, exercise_id: str, files: dict[str, str], known: dict[str, list[str]] | None) -> None:
        """Save files; where another tab wrote one meanwhile, this tab's text is kept beside it."""
        own = self._own_asides.get(exercise_id, {})
        draft = await self.call(coding.save_draft, exercise_id=exercise_id, files=files, known=known, asides=own)
        self._note_asides(exercise_id, draft.asides, {**own, **draft.put_aside})
        # What another tab did in files that are not open here is taken without a question.
        held = {*files, *self._own_asides[exercise_id], self.shown[exercise_id].name}
        taken = {file.name: file.text for file in draft.files if file.name not in held}
        self._files[exercise_id] = {**self._files[exercise_id], **taken}
        self.saved_at = {**self.saved_at, exercise_id: draft.saved_at}

    async def _replace(self, exercise_id: str, files: dict[str, str]) -> None:
        """Put other texts into the editor, and save those that are others."""
        before = dict(self._files[exercise_id])
        changed = {name: text for name, text in files.items() if before.get(name) != text}
        if changed:
            await self._save(exercise_id, changed, marks(before))
            self._put(exercise_id, {**self._files[exercise_id], **changed})

    def _take_draft(self, draft: DraftView) -> None:
        """Show a draft as it is stored, but for this tab's own texts that wait for a choice."""
        exercise_id = draft.exercise_id
        if exercise_id not in self._files:
            return
        own = {**self._own_asides.get(exercise_id, {}), **draft.put_aside}
        self._note_asides(exercise_id, draft.asides, own)
        self._put(
            exercise_id, {file.name: file.text for file in draft.files} | self._own_texts(exercise_id, draft.asides)
        )
        self.saved_at = {**self.saved_at, exercise_id: draft.saved_at}

    def _note_asides(self, exercise_id: str, asides: list[Aside], own: dict[str, str]) -> None:
        self._own_asides[exercise_id] = still_own(asides, own)
        rows = apart_rows(asides, self._own_asides[exercise_id])
        if rows != self.apart.get(exercise_id, []):
            self.apart = {**self.apart, exercise_id: rows}

    def _own_texts(self, exercise_id: str, asides: list[Aside]) -> dict[str, str]:
        own = self._own_asides.get(exercise_id, {})
        return {each.name: each.text for each in asides if own.get(each.name) == each.id}

    def _wrote_aside(self, exercise_id: str, aside_id: str) -> bool:
        """Whether this tab shows the text that was put aside, and not the file's."""
        return aside_id in self._own_asides.get(exercise_id, {}).values()

    def _open_text(self, exercise_id: str) -> tuple[str, str] | None:
        """The language of an exercise, and the text of its open file; None: it is not here."""
        if exercise_id not in self._files or exercise_id not in self.shown:
            return None
        return self.views[exercise_id].language, self._files[exercise_id].get(self.shown[exercise_id].name, "")

    def _put(self, exercise_id: str, files: dict[str, str]) -> None:
        before, shown = self._files.get(exercise_id, {}), self.shown.get(exercise_id)
        name = shown.name if shown is not None and shown.name in files else next(iter(files), "")
        self._files[exercise_id] = files
        if exercise_id in self.sources:
            self.sources = {**self.sources, exercise_id: [FileView(path, text) for path, text in files.items()]}
        # The editor takes a text anew only when it is another one, so that the place in it is kept.
        if shown is None or shown.name != name or before.get(name) != files.get(name):
            self.resets = {**self.resets, exercise_id: self.resets.get(exercise_id, 0) + 1}
            self._show_file(exercise_id, name)

    def _show_file(self, exercise_id: str, name: str) -> None:
        text = self._files[exercise_id].get(name, "")
        self.shown = {**self.shown, exercise_id: FileView(name=name, text=text)}

    def _put_outcome(self, exercise_id: str, outcome: Outcome) -> None:
        self.outcomes = {**self.outcomes, exercise_id: outcome}

    def _about(self) -> dict[str, str]:
        """What the tutor may know: the learner's own code, and the public test it failed."""
        exercise_id = next(iter(self._files), "")
        if not exercise_id:
            return {}
        code = "\n\n".join(f"# {name}\n{text}" for name, text in self._files[exercise_id].items())
        outcome = self.outcomes.get(exercise_id)
        return {"code": code[:30_000], "failing_test": told(outcome)[:8_000] if outcome else ""}

    def _show(self, exercises: list[tuple[ExerciseView, SubmissionView | None]]) -> list[Any]:
        """Show the exercises of a lesson, each with the last program handed in; returns what follows a judgement."""
        found = [view for view, _last in exercises]
        self.any = bool(found)
        self.hints, self.inputs, self.outcomes, self.undoable, self.busy = {}, {}, {}, {}, ""
        self._waiting, self._before_reset, self._own_asides = {}, {}, {}
        self._files = {view.id: {file.name: file.text for file in view.files} for view in found}
        self.apart = {view.id: apart_rows(view.asides, {}) for view in found if view.asides}
        self.saved_at = {view.id: view.draft_saved_at for view in found}
        self.solved = {view.id: view.solved for view in found}
        self.history = {view.id: view.submissions for view in found}
        self.older = {view.id: _cursor(view.submissions) for view in found}
        self.resets = {view.id: self.resets.get(view.id, 0) or 1 for view in found}
        self.shown = {view.id: view.files[0] for view in found if view.files}
        # What a browser shows by itself it needs whole; of other programs it has the file in the editor.
        self.sources = {view.id: view.files for view in found if view.language == "web"}
        self.views = {view.id: _slim(view) for view in found}
        judged = []
        for view, last in exercises:
            if last is not None and last.finished:
                self._put_outcome(view.id, of_submission(last))
            elif last is not None:
                judged.append(self._wait_for(view.id, last))
        return judged

    async def _look_again(self) -> None:
        """Take what another tab has saved since; this tab's own texts that wait for a choice stay."""
        for exercise_id in list(self._files):
            view = await self.call(coding.exercise_view, exercise_id=exercise_id)
            self.history = {**self.history, exercise_id: view.submissions}
            self.older = {**self.older, exercise_id: _cursor(view.submissions)}
            self.solved = {**self.solved, exercise_id: view.solved}
            if view.draft_saved_at != self.saved_at.get(exercise_id, ""):
                self._take_draft(DraftView(exercise_id, view.draft_saved_at, view.files, view.asides))


class SampleState(GuardedState, rx.State):
    """Code samples of the open lesson that a learner may run."""

    outputs: dict[str, RunView] = {}
    busy: str = ""
    _samples: dict[str, tuple[str, str]] = {}

    @handles(Permission.run_code, rate=(30, 60))
    async def run(self, block_id: Id) -> Any:
        """Run a sample as it stands in the lesson."""
        if block_id not in self._samples:
            return
        self.busy = block_id
        yield
        try:
            language, source = self._samples[block_id]
            ran = await self.call_patiently(coding.run_code, language=language, source=source)
            self.outputs = {**self.outputs, block_id: ran}
        finally:
            self.busy = ""

    def _show(self, lesson: LessonView) -> None:
        self.outputs, self.busy = {}, ""
        self._samples = {block.id: (block.language, block.source) for block in lesson.blocks if block.runnable}


def _slim(view: ExerciseView) -> ExerciseView:
    """An exercise without what the page has elsewhere: the texts of its files, and the submissions."""
    return replace(view, files=[FileView(file.name, "") for file in view.files], starter=[], submissions=[], asides=[])


def _said(refusal: ServiceError) -> str:
    """A refusal for the result panel, which translates a text without numbers by itself."""
    if refusal.params:
        return translate(speaker().actor.language, refusal.message, **refusal.params)
    return refusal.message


def _until_next_look(look: int, view: SubmissionView, looks: coding.Looks) -> float:
    if view.place > 1:
        return looks.pause(view.place)
    return _SOON_SECONDS if look < _SOON_LOOKS else _LATER_SECONDS


def _cursor(rows: list[SubmissionRow]) -> str:
    """Where the page after these rows begins; nowhere when the first submission is among them."""
    return str(rows[-1].number) if rows and rows[-1].number > 1 else ""
