"""Who is acting: the first argument of every service function."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a person is in their organisation, from most to least (A1)."""

    platform_admin = "platform_admin"
    organisation_admin = "organisation_admin"
    instructor = "instructor"
    assistant = "assistant"
    learner = "learner"
    visitor = "visitor"
    system = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the system) on whose behalf a service works.

    A visitor has no ``user_id``; ``organisation_id`` is the organisation whose rows the actor can reach at all.
    """

    organisation_id: UUID
    role: Role
    user_id: UUID | None = None
    session_id: UUID | None = None
    name: str = ""
    language: str = "en"

    @property
    def signed_in(self) -> bool:
        """Whether a person is behind this actor."""
        return self.user_id is not None


def system(organisation_id: UUID) -> Actor:
    """Return the actor for jobs and the command line, bound to one organisation."""
    return Actor(organisation_id=organisation_id, role=Role.system)
