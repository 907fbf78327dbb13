"""Words about exercises that several screens share."""

import reflex as rx

from sandbox import LANGUAGES


def programming_language(name: rx.Var[str]) -> rx.Var[str]:
    """A programming language as it is written; one that is not known here by its name in the package."""
    return rx.match(name, *((language.name, language.label) for language in LANGUAGES.values()), name)
