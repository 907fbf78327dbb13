"""How far the judge is with a submission: written into its row now and then, so that every process can show it.

Only how many tests are behind it, whatever came of them: what a hidden test said is not to be known before the end.
"""

import logging
import time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from services.coding.models import Submission
from services.platform.actor import Actor
from services.platform.database import table_of, unit_of_work
from services.platform.statements import Changed

_QUIET_SECONDS = 0.5  # most submissions are judged within that, and cost no write
_BETWEEN_SECONDS = 0.5  # nobody looks more often

_log = logging.getLogger(__name__)
_table = table_of(Submission)
_write = Changed(
    sa.update(_table)
    .where(
        _table.c.id == sa.bindparam("wanted_id"),
        _table.c.claim == sa.bindparam("own_claim"),
        _table.c.status == "running",
    )
    .values(cases_done=sa.bindparam("done"), cases_total=sa.bindparam("of"))
)


class Progress:
    """Told by the judge of each test as it begins; for the claim of one judge run on one submission."""

    def __init__(self, actor: Actor, submission_id: UUID, claim: UUID) -> None:
        self._actor, self._submission_id, self._claim = actor, submission_id, claim
        self._next = time.monotonic() + _QUIET_SECONDS

    def __call__(self, done: int, total: int) -> None:
        """Write it down if it is time to. A database that cannot take it is no reason to judge anew."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _BETWEEN_SECONDS
        try:
            with unit_of_work(self._actor) as session:
                _write.run(session, wanted_id=self._submission_id, own_claim=self._claim, done=done, of=total)
        except SQLAlchemyError as error:
            _log.warning("It was not written down how far a submission is: %s", type(error).__name__)
