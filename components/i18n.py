"""Text in the language of the reader: every visible string of a page goes through `_`.

English is the message id; Arabic and Somali are in locales/<language>/LC_MESSAGES/messages.po. The choice is made in
the browser by a hook (assets/i18n.js), so that a switch redraws the page without asking the server.
"""

import reflex as rx
from reflex.vars import VarData

LANGUAGES = {"en": "English", "ar": "العربية", "so": "Soomaali"}

_HOOK = VarData(
    hooks={"const t = useT();": None},
    imports={"$/public/i18n.js": [rx.ImportVar(tag="useT", install=False)]},
)

Value = rx.Var | str | int | float


def _call(name: str, *arguments: object) -> rx.vars.StringVar:
    """An expression that calls the page's translator, carrying the hooks and state its arguments need."""
    literals = [rx.Var.create(argument) for argument in arguments]
    expression = f"{name}({', '.join(str(literal) for literal in literals)})"
    data = VarData.merge(_HOOK, *(literal._get_all_var_data() for literal in literals))
    return rx.Var(_js_expr=expression, _var_type=str, _var_data=data).to(str)


def _(message: str, /, *, context: str = "", **params: Value) -> rx.vars.StringVar:
    """The message in the page's language; `{name}` is filled from the keyword of that name, which may be a var.

    `context` tells apart two meanings of one English word: `_("Open", context="status")`.
    """
    key = f"{context}\x04{message}" if context else message
    return _call("t", key, params) if params else _call("t", key)


def _n(singular: str, plural: str, /, *, n: Value, **params: Value) -> rx.vars.StringVar:
    """The form of the message that the language uses for `n`: `_n("{n} lesson", "{n} lessons", n=course.lessons)`."""
    return _call("t", singular, {"n": n, **params}, plural)


def N_(message: str) -> str:
    """Mark a text for the catalogues without translating it here (a label kept in a table or sent by a service)."""
    return message


def tr(message: rx.Var | str, params: rx.Var | None = None) -> rx.vars.StringVar:
    """Translate a text known only at run time, such as a label or an error key; mark it there with `N_`.

    `params` is a var that holds the values of its `{names}`.
    """
    return _call("t", message) if params is None else _call("t", message, params)


def fmt_date(moment: Value, style: str = "medium") -> rx.vars.StringVar:
    """A date from an ISO string, in the words of the page's language."""
    return _call("t.date", moment, style)


def fmt_time(moment: Value) -> rx.vars.StringVar:
    """The time of day of an ISO string, as in "Saved 10:42"."""
    return _call("t.date", moment, "", "short")


def fmt_date_time(moment: Value) -> rx.vars.StringVar:
    """A date with its time of day from an ISO string."""
    return _call("t.date", moment, "medium", "short")


def fmt_number(value: Value) -> rx.vars.StringVar:
    """A number grouped as the language does, in Latin digits."""
    return _call("t.number", value)


def fmt_percent(share: Value) -> rx.vars.StringVar:
    """A share from 0 to 1 as a percentage."""
    return _call("t.percent", share)


def fmt_unit(value: Value, unit: str) -> rx.vars.StringVar:
    """A measured number with its unit as the language writes it; `unit` is one of Intl's, such as "millisecond"."""
    return _call("t.unit", value, unit)


def fmt_relative(moment: Value) -> rx.vars.StringVar:
    """How long ago or ahead an ISO string is: "yesterday", "in 3 hours"."""
    return _call("t.relative", moment)


def language() -> rx.vars.StringVar:
    """The code of the page's language."""
    return rx.Var(_js_expr="t.language", _var_type=str, _var_data=_HOOK).to(str)


def direction() -> rx.vars.StringVar:
    """The page's writing direction, "ltr" or "rtl"."""
    return rx.Var(_js_expr="t.direction", _var_type=str, _var_data=_HOOK).to(str)
