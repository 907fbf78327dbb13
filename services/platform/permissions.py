"""The one policy of roles: who may do what at all. Whether it may be done to this row, its loader decides (A4)."""

from enum import StrEnum
from uuid import UUID

from services.platform.actor import Actor, Role
from services.platform.errors import NotPermitted, SignInNeeded


class Permission(StrEnum):
    """Something a role allows; handlers, routes and services name one."""

    public = "public"
    use_account = "use_account"
    learn = "learn"
    run_code = "run_code"
    ask_tutor = "ask_tutor"
    see_learners = "see_learners"
    grade = "grade"
    edit_courses = "edit_courses"
    import_courses = "import_courses"
    manage_people = "manage_people"
    manage_organisation = "manage_organisation"
    manage_platform = "manage_platform"


PUBLIC = Permission.public

_VISITOR = {Permission.public}
_LEARNER = _VISITOR | {Permission.use_account, Permission.learn, Permission.run_code, Permission.ask_tutor}
_ASSISTANT = _LEARNER | {Permission.see_learners, Permission.grade}
_INSTRUCTOR = _ASSISTANT | {Permission.edit_courses, Permission.import_courses}
_ORGANISATION_ADMIN = _INSTRUCTOR | {Permission.manage_people, Permission.manage_organisation}

_POLICY: dict[Role, frozenset[Permission]] = {
    Role.visitor: frozenset(_VISITOR),
    Role.learner: frozenset(_LEARNER),
    Role.assistant: frozenset(_ASSISTANT),
    Role.instructor: frozenset(_INSTRUCTOR),
    Role.organisation_admin: frozenset(_ORGANISATION_ADMIN),
    Role.platform_admin: frozenset(Permission),
    Role.system: frozenset(Permission),
}


def permissions_of(role: Role) -> frozenset[Permission]:
    """Return everything a role allows."""
    return _POLICY[role]


def allowed(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's role allows it."""
    return permission in _POLICY[actor.role]


def require(actor: Actor, permission: Permission) -> None:
    """Raise unless the actor's role allows it: ``SignInNeeded`` to a visitor, ``NotPermitted`` to a person."""
    if allowed(actor, permission):
        return
    if actor.role is Role.visitor:
        raise SignInNeeded
    raise NotPermitted("You may not do this.")


def require_person(actor: Actor, permission: Permission | None = None) -> UUID:
    """Return the id of the person who acts, having checked a permission if one is given.

    Raises ``SignInNeeded`` where there is no person: to a visitor, and to the system whatever it may do.
    """
    if permission is not None:
        require(actor, permission)
    if actor.user_id is None:
        raise SignInNeeded
    return actor.user_id
