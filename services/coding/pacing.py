"""How often to look at a submission that waits for the judge: each look costs the server some of what judges."""

import time

SOON_SECONDS, RAREST_SECONDS = 0.15, 5.0
_PER_PLACE_SECONDS, _FIRST_SECONDS = 0.1, 1.0  # until it is known how fast the queue moves


class Looks:
    """One follower's looks: the next is due when half of the way that was left should be behind."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def pause(self, place: int, now: float | None = None) -> float:
        """Return the seconds until the next look, for one who stands at ``place`` in the queue now."""
        now = time.monotonic() if now is None else now
        began, began_at = self._first = self._first or (now, place)
        if place <= 1:
            return SOON_SECONDS
        if began_at <= place:
            most = _FIRST_SECONDS if began == now else RAREST_SECONDS
            return min(most, SOON_SECONDS + _PER_PLACE_SECONDS * place)
        each = (now - began) / (began_at - place)
        return min(RAREST_SECONDS, max(SOON_SECONDS, each * place / 2))
