"""How a course is described in words: its level, language and length."""

import reflex as rx

from components.i18n import LANGUAGES, N_, _n, tr

LEVELS = {
    "beginner": N_("Beginner"),
    "intermediate": N_("Intermediate"),
    "advanced": N_("Advanced"),
}

_LONG = 90  # minutes, from which on hours are easier to grasp


def level_name(level: rx.Var[str]) -> rx.Var[str]:
    """The word for a level; one that an author made up is shown as it is."""
    return rx.match(level, *((key, tr(words)) for key, words in LEVELS.items()), level)


def language_name(code: rx.Var[str]) -> rx.Var[str]:
    """A language's own name; one that is not known here by its code."""
    return rx.match(code, *LANGUAGES.items(), code)


def length(minutes: rx.Var[int]) -> rx.Var[str]:
    """How long something takes, in hours from an hour and a half on."""
    return rx.cond(
        minutes >= _LONG,
        _n("{n} hour", "{n} hours", n=_hours(minutes)),
        _n("{n} minute", "{n} minutes", n=minutes),
    )


def left(minutes: rx.Var[int]) -> rx.Var[str]:
    """How long the rest takes."""
    return rx.cond(
        minutes >= _LONG,
        _n("About {n} hour left", "About {n} hours left", n=_hours(minutes)),
        _n("{n} minute left", "{n} minutes left", n=minutes),
    )


def _hours(minutes: rx.Var[int]) -> rx.Var[int]:
    return rx.Var(f"Math.round({minutes} / 60)", _var_type=int, _var_data=minutes._get_all_var_data()).to(int)


def lessons(number: rx.Var[int]) -> rx.Var[str]:
    """How many lessons there are."""
    return _n("{n} lesson", "{n} lessons", n=number)
