"""What surrounds every screen: who is signed in, the language the server answers in, and the notice."""

import reflex as rx

from services.platform.messages import LANGUAGES
from state.base import PUBLIC, GuardedState, Key, handles


class ShellState(GuardedState, rx.State):
    """The frame of the page. The notice is shown once and goes away; its number tells two equal ones apart."""

    notice: str = ""
    notice_kind: str = "note"
    notice_number: int = 0
    signed_in: bool = False
    person_name: str = ""
    person_role: str = ""
    _language: str = ""

    @handles(PUBLIC)
    def use_language(self, code: Key) -> None:
        """Remember the language chosen in the page, because the websocket keeps the cookies it was opened with."""
        if code in LANGUAGES:
            self._language = code

    @handles(PUBLIC)
    def dismiss_notice(self) -> None:
        """Take the notice away before its time."""
        self.notice = ""

    def _say(self, text: str, kind: str = "note") -> None:
        """Show a notice: "right" for done, "wrong" for failed, "note" otherwise. The text is already translated."""
        self.notice = text
        self.notice_kind = kind
        self.notice_number += 1
