"""Make an account: a real form that the API answers with a cookie and a full page load."""

import reflex as rx

from components.i18n import _
from components.ui.button import submit
from components.ui.form import form_message, native_form, password_field, text_field
from components.ui.link import link, with_next
from components.ui.shell import page_head, plain_shell
from lms_app.pages.page import Page
from state.accounts import RegisterState


def _draw() -> rx.Component:
    """The page at /register; `next` in the address is where to go afterwards."""
    errors = RegisterState.field_errors
    sign_in = with_next("/sign-in", RegisterState.next_path)
    return plain_shell(
        page_head(_("Make an account"), lead=_("It keeps your courses, your answers and your code.")),
        native_form(
            form_message(RegisterState.message),
            text_field(
                "name",
                _("Name"),
                hint=_("As others on this platform should see it."),
                required=True,
                dir="auto",
                max_length=120,
                auto_complete="name",
                default_value=RegisterState.name,
                error=errors["name"],
                key="name" + RegisterState.name,
            ),
            text_field(
                "email",
                _("Email"),
                hint=_("You sign in with it."),
                type="email",
                required=True,
                auto_complete="username",
                default_value=RegisterState.email,
                error=errors["email"],
                key="email" + RegisterState.email,
            ),
            password_field(
                "password",
                _("Password"),
                new=True,
                hint=_("Ten characters or more; a few words in a row are easy to keep in mind."),
                error=errors["password"],
            ),
            rx.el.input(type="hidden", name="next", value=RegisterState.next_path, read_only=True),
            submit(_("Make an account"), class_name="btn-large w-full"),
            action="/auth/register",
            in_place=True,
            class_name="form",
        ),
        rx.el.p(_("You have an account?"), " ", link(_("Sign in"), href=sign_in, class_name="tap"), class_name="mt-6"),
    )


register = Page("/register", _draw, _("Make an account"), RegisterState.open)
