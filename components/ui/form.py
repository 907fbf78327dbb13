"""Form fields: a label, the control, a hint and the error beside it, tied together for screen readers."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from components.external.behaviour import FieldError, FormMessage, NativeForm, PasswordInput
from components.i18n import _
from components.ui.icon import icon

Text = rx.Var | str
Option = tuple[Text, Text]


def field_error(text: Text, error_id: str) -> rx.Component:
    """What is wrong with a field, in words and with a sign, said aloud when it appears."""
    return rx.el.p(
        rx.cond(text, rx.fragment(icon("error"), rx.el.span(text))),
        id=error_id,
        role="alert",
        class_name="field-error",
    )


def _frame(name: str, label: Text, control: rx.Component, hint: Text | None, error: Text | None) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=f"field-{name}", class_name="field-label"),
        control,
        *([rx.el.p(hint, id=f"hint-{name}", class_name="field-hint")] if hint is not None else []),
        *(
            [FieldError.create(icon("error"), name=name, id=f"error-{name}", text=error, class_name="field-error")]
            if error is not None
            else []
        ),
        class_name="field",
    )


def _described(name: str, hint: Text | None, error: Text | None, required: bool) -> dict[str, Any]:
    """What ties a control to its words."""
    ids = [f"hint-{name}"] if hint is not None else []
    ids += [f"error-{name}"] if error is not None else []
    props: dict[str, Any] = {"id": f"field-{name}", "name": name, "required": required}
    if ids:
        props["aria_describedby"] = " ".join(ids)
    if error is not None:
        props["aria_invalid"] = rx.cond(error, "true", "false")
    return props


def text_field(
    name: str,
    label: Text,
    *,
    type: str = "text",
    hint: Text | None = None,
    error: Text | None = None,
    required: bool = False,
    **props: Any,
) -> rx.Component:
    """One line of text: `text_field("email", _("Email"), type="email", error=State.errors["email"])`."""
    control = rx.el.input(type=type, class_name="control", **_described(name, hint, error, required), **props)
    return _frame(name, label, control, hint, error)


def password_field(
    name: str,
    label: Text,
    *,
    new: bool = False,
    hint: Text | None = None,
    error: Text | None = None,
    **props: Any,
) -> rx.Component:
    """A password with a button that shows it; `new` tells the browser's password keeper which kind it is."""
    control = PasswordInput.create(
        class_name="control pe-12",
        button_class_name="btn btn-quiet btn-square absolute inset-y-0 end-0",
        show_label=_("Show the password"),
        hide_label=_("Hide the password"),
        show_icon=rx.Var.create(icon("show", 20)),
        hide_icon=rx.Var.create(icon("hide", 20)),
        auto_complete="new-password" if new else "current-password",
        **_described(name, hint, error, True),
        **props,
    )
    return _frame(name, label, control, hint, error)


def textarea_field(
    name: str,
    label: Text,
    *,
    rows: int = 4,
    hint: Text | None = None,
    error: Text | None = None,
    required: bool = False,
    **props: Any,
) -> rx.Component:
    """Several lines of text; each line takes its own direction."""
    control = rx.el.textarea(
        rows=rows, dir="auto", class_name="control", **_described(name, hint, error, required), **props
    )
    return _frame(name, label, control, hint, error)


def select_field(
    name: str,
    label: Text,
    options: Sequence[Option] | rx.Var,
    *,
    hint: Text | None = None,
    error: Text | None = None,
    required: bool = False,
    **props: Any,
) -> rx.Component:
    """One of a few; `options` are pairs of value and words, or a var of such pairs."""
    control = rx.el.span(
        rx.el.select(
            _options(options), class_name="control control-select", **_described(name, hint, error, required), **props
        ),
        icon("chevron-down", 16, "select-arrow"),
        class_name="relative block",
    )
    return _frame(name, label, control, hint, error)


def _options(options: Sequence[Option] | rx.Var) -> rx.Component:
    if isinstance(options, rx.Var):
        return rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0]))
    return rx.fragment(*(rx.el.option(words, value=value) for value, words in options))


def checkbox_field(name: str, label: Text, *, hint: Text | None = None, **props: Any) -> rx.Component:
    """Yes or no, sent with a form."""
    return _choice("checkbox", name, label, hint, props)


def switch_field(name: str, label: Text, *, hint: Text | None = None, **props: Any) -> rx.Component:
    """On or off, acting at once."""
    return _choice("checkbox", name, label, hint, {"role": "switch", **props}, "switch")


def _choice(
    kind: str, name: str, label: Text, hint: Text | None, props: dict[str, Any], class_name: str = "choice"
) -> rx.Component:
    described = {"aria_describedby": f"hint-{name}"} if hint is not None else {}
    return rx.el.div(
        rx.el.label(
            rx.el.input(type=kind, name=name, id=f"field-{name}", class_name=class_name, **described, **props),
            rx.el.span(label),
            class_name="choice-row",
        ),
        *([rx.el.p(hint, id=f"hint-{name}", class_name="field-hint ms-7")] if hint is not None else []),
        class_name="field",
    )


def radio_group(
    name: str,
    legend: Text,
    options: Sequence[Option] | rx.Var,
    *,
    value: rx.Var | str | None = None,
    error: Text | None = None,
    **props: Any,
) -> rx.Component:
    """One of a few, all of them visible; `value` is the chosen one."""

    def one(option: Any) -> rx.Component:
        checked = {} if value is None else {"checked": value == option[0]}
        return rx.el.label(
            rx.el.input(type="radio", name=name, value=option[0], class_name="choice", **checked, **props),
            rx.el.span(option[1]),
            class_name="choice-row",
        )

    rows = rx.foreach(options, one) if isinstance(options, rx.Var) else rx.fragment(*map(one, options))
    return rx.el.fieldset(
        rx.el.legend(legend, class_name="field-label"),
        rows,
        *([field_error(error, f"error-{name}")] if error is not None else []),
        class_name="field",
    )


def search_field(label: Text, **props: Any) -> rx.Component:
    """A search box with its sign; the label is read out and stands in the empty box."""
    return rx.el.div(
        icon("search", 16, "absolute start-3 top-1/2 -translate-y-1/2 text-quiet pointer-events-none"),
        rx.el.input(type="search", aria_label=label, placeholder=label, class_name="control ps-9", **props),
        class_name="relative",
    )


def native_form(
    *fields: rx.Component, action: Text, method: str = "post", in_place: bool = False, **props: Any
) -> rx.Component:
    """A form that the browser sends to a route of the API, for what must set a cookie or load a new page.

    With `in_place` a refusal is shown in the page, beside its field and in `form_message`, and everything that was
    typed stays; before the page's script runs, and without it, the browser sends the form by itself.
    """
    words = {
        "lost": _("There is no connection, and nothing was sent. What you typed is kept here. Try again."),
        "broken": _("The server could not answer. What you typed is kept here. Try again in a moment."),
    }
    told = {"in_place": True, "words": words} if in_place else {}
    return NativeForm.create(*fields, action=action, method=method, **told, **props)


def form_message(text: Text) -> rx.Component:
    """What is wrong with a form as a whole: the last answer, else `text`, which the page came with."""
    return FormMessage.create(icon("wrong", 20, "mt-0.5 shrink-0"), text=text, class_name="callout callout-wrong")


def form(*fields: rx.Component, **props: Any) -> rx.Component:
    """A form whose fields go to an event handler: `form(..., on_submit=State.save)`; not for signing in."""
    props.setdefault("class_name", "form")
    return rx.el.form(*fields, **props)
