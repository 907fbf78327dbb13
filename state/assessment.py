"""The quizzes of the open lesson: taking them, saving each answer at once, handing in, and what was right."""

from typing import Any

import reflex as rx

from services import assessment
from services.assessment.schemas import AttemptResult, QuizView
from services.platform.errors import Conflict, Invalid
from state.base import GuardedState, Id, Key, Permission, Text, handles
from state.progress import ProgressState


class QuizState(GuardedState, rx.State):
    """Every quiz of the open lesson by its id. No var holds what is right before the attempt is handed in.

    The controls keep what is typed by themselves; ``chosen`` and ``texts`` are what has been saved, for drawing them
    again. An event names the attempt it is for, so that one that comes late changes nothing.
    """

    views: dict[str, QuizView] = {}
    stages: dict[str, str] = {}  # ready, taking or result
    results: dict[str, AttemptResult] = {}
    saved_at: dict[str, str] = {}
    unanswered: dict[str, int] = {}
    asking: dict[str, bool] = {}
    chosen: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    drawn: dict[str, int] = {}  # raised when other answers are saved than this tab has drawn
    busy: str = ""
    _kinds: dict[str, str] = {}

    @handles(Permission.learn, rate=(20, 60))
    async def start(self, quiz_id: Id) -> Any:
        """Start an attempt, or go on with the one that is open."""
        if quiz_id not in self.views:
            return
        self.busy = quiz_id
        yield
        try:
            await self.call(assessment.start_attempt, quiz_id=quiz_id)
            await self._reload(quiz_id)
        finally:
            self.busy = ""

    @handles(Permission.learn, rate=(120, 60))
    async def choose(self, attempt_id: Id, question_id: Id, key: Key) -> None:
        """Save the one choice of a question; true and false are sent as words."""
        answer: object = key
        if self._kinds.get(question_id) == "truefalse":
            answer = {"true": True, "false": False}.get(key, key)
        if await self._save(attempt_id, question_id, answer):
            self.chosen = {**self.chosen, question_id: [key]}

    @handles(Permission.learn, rate=(120, 60))
    async def mark(self, attempt_id: Id, question_id: Id, key: Key, on: bool) -> None:
        """Save one choice more or less of a question that has several."""
        keys = [chosen for chosen in self.chosen.get(question_id, []) if chosen != key]
        if on:
            keys.append(key)
        if await self._save(attempt_id, question_id, keys):
            self.chosen = {**self.chosen, question_id: keys}

    @handles(Permission.learn, rate=(120, 60))
    async def write(self, attempt_id: Id, question_id: Id, text: Text) -> None:
        """Save what was written, on a pause and when the field is left; what is saved already is not sent again."""
        if text == self.texts.get(question_id, "") and question_id not in self.problems:
            return
        if await self._save(attempt_id, question_id, text):
            self.texts = {**self.texts, question_id: text}

    @handles(Permission.learn, rate=(20, 60))
    async def hand_in(self, quiz_id: Id, anyway: bool) -> Any:
        """Hand the open attempt in; with questions still open only when the learner has said so."""
        attempt_id = self._attempt(quiz_id)
        if not attempt_id:
            return
        if self.unanswered.get(quiz_id, 0) and not anyway:
            self.asking = {**self.asking, quiz_id: True}
            return
        self.busy = quiz_id
        yield
        try:
            result = await self.call(assessment.submit_attempt, attempt_id=attempt_id)
            self._show_result(result)
            self._put(await self.call(assessment.quiz_view, quiz_id=quiz_id))
            if result.passed:
                await (await self.get_state(ProgressState))._refresh()
        finally:
            self.busy = ""

    @handles(Permission.learn)
    def go_back(self, quiz_id: Id) -> None:
        """Go back to the questions that are open, or from a result to the quiz."""
        self.asking = {**self.asking, quiz_id: False}
        if self.stages.get(quiz_id) == "result":
            self.stages = {**self.stages, quiz_id: "taking" if self._attempt(quiz_id) else "ready"}

    @handles(Permission.learn, rate=(30, 60))
    async def show(self, attempt_id: Id) -> None:
        """Show an attempt that was handed in."""
        result = await self.call(assessment.attempt_result, attempt_id=attempt_id)
        if result.quiz_id in self.views:
            self._show_result(result)

    async def _save(self, attempt_id: str, question_id: str, answer: object) -> bool:
        """Save one answer; a refusal stands beside its question, and what was typed stays in the field."""
        quiz_id = next((key for key in self.views if self._attempt(key) == attempt_id), "")
        if not quiz_id:
            return False
        try:
            saved = await self.call(assessment.save_answers, attempt_id=attempt_id, answers={question_id: answer})
        except Invalid as refusal:
            told = refusal.fields.get(question_id, refusal.message)
            self.problems = {**self.problems, question_id: told}  # translated in the page
            return False
        except Conflict:
            # It was handed in elsewhere, for instance in another tab: show how it stands.
            await self._reload(quiz_id)
            raise
        self.problems = {key: value for key, value in self.problems.items() if key != question_id}
        self.saved_at = {**self.saved_at, quiz_id: saved.saved_at}
        self.unanswered = {**self.unanswered, quiz_id: saved.total - saved.answered}
        self.asking = {**self.asking, quiz_id: False}
        return True

    async def _reload(self, quiz_id: str) -> None:
        self._take(await self.call(assessment.quiz_view, quiz_id=quiz_id), self._answers())

    def _take(self, view: QuizView, drawn: dict[str, tuple[list[str], str]]) -> None:
        """Show a quiz as it stands in the database; ``drawn`` is what this tab shows of its questions."""
        self._put(view)
        saved = self._answers()
        if any(question.id in drawn and drawn[question.id] != saved[question.id] for question in view.questions):
            self.drawn = {**self.drawn, view.id: self.drawn.get(view.id, 0) + 1}
        self.stages = {**self.stages, view.id: "taking" if view.open_attempt_id else "ready"}

    def _answers(self) -> dict[str, tuple[list[str], str]]:
        """The saved answers as this tab knows them, by question."""
        return {key: (list(self.chosen.get(key, [])), self.texts.get(key, "")) for key in self._kinds}

    def _attempt(self, quiz_id: str) -> str:
        return self.views[quiz_id].open_attempt_id if quiz_id in self.views else ""

    def _show_result(self, result: AttemptResult) -> None:
        self.results = {**self.results, result.quiz_id: result}
        self.stages = {**self.stages, result.quiz_id: "result"}

    def _put(self, view: QuizView) -> None:
        """Take a quiz as it stands in the database."""
        ids = {question.id for question in view.questions}
        self.views = {**self.views, view.id: view}
        self._kinds.update({question.id: question.kind for question in view.questions})
        self.chosen = {**self.chosen, **{question.id: question.saved_choices for question in view.questions}}
        self.texts = {**self.texts, **{question.id: question.saved_text for question in view.questions}}
        self.problems = {key: value for key, value in self.problems.items() if key not in ids}
        self.unanswered = {**self.unanswered, view.id: sum(not question.answered for question in view.questions)}
        self.saved_at = {**self.saved_at, view.id: max((question.saved_at for question in view.questions), default="")}
        self.asking = {**self.asking, view.id: False}

    def _show(self, quizzes: list[QuizView]) -> None:
        """Show the quizzes of a lesson; an attempt that is open goes on where it was left."""
        drawn = self._answers()
        self.views, self.stages, self.results, self.problems = {}, {}, {}, {}
        self.saved_at, self.unanswered, self.asking, self.chosen, self.texts = {}, {}, {}, {}, {}
        self._kinds, self.busy = {}, ""
        for view in quizzes:
            self._take(view, drawn)

    async def _look_again(self) -> None:
        """Draw what another tab may have saved or handed in meanwhile; a result that is read stays."""
        for quiz_id in [key for key, stage in self.stages.items() if stage != "result"]:
            await self._reload(quiz_id)
