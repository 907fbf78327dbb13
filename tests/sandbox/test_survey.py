"""Which languages a judge can run: asked once, and once more after a while where one was missing."""

import pytest

from sandbox import survey
from sandbox.backends.base import CellLost
from sandbox.languages import LANGUAGES


class NoCells:
    """A backend that counts how often it was asked for a cell, and has none."""

    asked = 0

    def runtime(self, _language: str) -> str:
        return ""

    def open(self, *_: object) -> None:
        self.asked += 1
        raise CellLost("There is no cell.")


def test_a_language_that_is_missing_is_looked_for_again_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = NoCells()
    found = survey.Survey(backend)  # type: ignore[arg-type]  # as much of a backend as is needed
    assert [found.of(LANGUAGES["c"]).problem for _ in range(3)] == ["There is no cell."] * 3
    assert backend.asked == 1
    monkeypatch.setattr(survey, "_LOOK_AGAIN_SECONDS", 0.0)
    assert not found.of(LANGUAGES["c"]).works
    assert backend.asked == 2


def test_what_works_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = NoCells()
    monkeypatch.setattr(survey, "_found", lambda *_: survey.FoundLanguage("c", "C", True, version="gcc 12"))
    found = survey.Survey(backend)  # type: ignore[arg-type]  # as much of a backend as is needed
    assert found.of(LANGUAGES["c"]).works
    monkeypatch.undo()
    monkeypatch.setattr(survey, "_LOOK_AGAIN_SECONDS", 0.0)
    assert found.of(LANGUAGES["c"]).version == "gcc 12"
    assert backend.asked == 0
