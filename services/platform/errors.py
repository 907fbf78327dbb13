"""The small family of errors a service may raise. The API turns them into problem details, a state into a message."""

from collections.abc import Mapping

from services.platform.messages import N_

NOT_THERE = N_("This does not exist, or you may not see it.")
SIGN_IN_FIRST = N_("Sign in first.")


class ServiceError(Exception):
    """A refusal that the person can understand.

    ``message`` is an English sentence that is also the key of its translation; ``params`` fill its ``{places}``.
    """

    status = 400
    code = "error"

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class NotFound(ServiceError):
    """There is no such thing for this person (also when it exists and they may not know)."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = NOT_THERE, **params: object) -> None:
        super().__init__(message, **params)


class Forbidden(ServiceError):
    """The person may see it but may not do this."""

    status = 403
    code = "forbidden"


class NotPermitted(Forbidden):
    """The person's role does not allow this at all; no page offers it to them, so the attempt is written down."""


class SignInNeeded(Forbidden):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "sign_in_needed"

    def __init__(self, message: str = SIGN_IN_FIRST, **params: object) -> None:
        super().__init__(message, **params)


class Invalid(ServiceError):
    """What was sent cannot be used; ``fields`` maps a field's name to what is wrong with it."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.fields = dict(fields or {})


class Conflict(ServiceError):
    """It clashes with what is already there, or happened already."""

    status = 409
    code = "conflict"


class LimitReached(ServiceError):
    """Too much or too often; ``retry_after`` is in seconds where waiting helps."""

    status = 429
    code = "limit_reached"

    def __init__(self, message: str, *, retry_after: int | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.retry_after = retry_after


class Unavailable(ServiceError):
    """Something this depends on does not answer now."""

    status = 503
    code = "unavailable"
