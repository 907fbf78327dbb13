"""The playground: a program in any language of this server, run with one's own input and kept in the browser alone."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import reflex as rx

from services import coding
from services.coding.schemas import ExerciseRunView, LanguageView, RunView
from services.platform.errors import LimitReached, ServiceError, Unavailable
from services.platform.messages import translate
from state.base import PUBLIC, GuardedState, Key, Permission, Text, handles, speaker
from state.coding_outcome import Outcome, of_run, refused

_MOST_SHOWN = 50_000  # characters of a stream: more of them nobody reads, and a tab is sent them whole
_PAGES = "web"  # a page of HTML is looked at, in its exercise; a run of it would only list its elements
_NOTHING = Outcome(kind="run", status="none")


class PlaygroundState(GuardedState, rx.State):
    """The language that is chosen, and what became of the last run; ``query`` is the language in the address."""

    status: str = "loading"
    languages: list[LanguageView] = []
    language: str = ""
    query: str = ""
    outcome: Outcome = _NOTHING
    busy: bool = False

    @handles(PUBLIC)
    async def open(self) -> Any:
        """Show the languages that work here; a visitor signs in first and comes back."""
        asked = self.router.url.query_parameters.get("language", "")
        if not speaker().actor.signed_in:
            wanted = f"/practice/playground?language={quote(asked[:40])}" if asked else "/practice/playground"
            return rx.redirect(f"/sign-in?code=needed&next={quote(wanted)}", replace=True)
        try:
            found = await self.call(coding.languages)
        except Exception:
            self.status = "error"
            raise
        self.languages = [language for language in found if language.works and language.name != _PAGES]
        names = [language.name for language in self.languages]
        usual = "python" if "python" in names else next(iter(names), "")
        self._choose(asked if asked in names else self.language if self.language in names else usual)
        self.status = "ready" if names else "closed"
        return None

    @handles(Permission.run_code)
    def choose(self, language: Key) -> None:
        """Go on in another language; what was written in this one is kept."""
        if any(each.name == language for each in self.languages):
            self._choose(language)

    @handles(Permission.run_code, rate=(30, 60))
    async def run(self, language: Key, source: Text, stdin: Text) -> Any:
        """Run a program with this input. Neither is kept here."""
        self.busy, self.outcome = True, Outcome(kind="run", status="running")
        yield
        try:
            ran = await self.call_patiently(coding.run_code, language=language, source=source, stdin=stdin)
            self.outcome = _outcome(ran)
        except (Unavailable, LimitReached) as refusal:
            self.outcome = refused(_said(refusal))
        except Exception:
            self.outcome = _NOTHING
            raise
        finally:
            self.busy = False

    def _choose(self, language: str) -> None:
        if language != self.language:
            self.outcome = _NOTHING
        self.language = language
        self.query = f"language={language}" if language else ""


def _outcome(ran: RunView) -> Outcome:
    short = replace(
        ran,
        stdout=ran.stdout[:_MOST_SHOWN],
        stderr=ran.stderr[:_MOST_SHOWN],
        truncated=ran.truncated or max(len(ran.stdout), len(ran.stderr)) > _MOST_SHOWN,
    )
    return of_run(ExerciseRunView(verdict=ran.verdict, run=short, checks=[], failing=None, message=ran.message))


def _said(refusal: ServiceError) -> str:
    return translate(speaker().actor.language, refusal.message, **refusal.params)
