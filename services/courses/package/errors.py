"""Errors of a package name the file and the line, so that its author can go there."""

from services.platform.errors import Invalid


def wrong(file: str, line: int, problem: str, /, **params: object) -> Invalid:
    """Return the error that says what is wrong in ``line`` (from 1) of ``file``; 0 means the file as a whole."""
    where = "{file}, line {line}: " if line else "{file}: "
    shown = {name: _shown(value) for name, value in params.items()}
    error = Invalid(where + problem)
    error.params = {"file": _shown(file), "line": line} | shown
    return error


def _shown(value: object) -> object:
    """Cut what came from the package, so that a message stays one line whatever was in it."""
    if not isinstance(value, str):
        return value
    clean = "".join(c if c.isprintable() else "?" for c in value)
    return clean if len(clean) <= 120 else clean[:117] + "..."
