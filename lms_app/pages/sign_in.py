"""Sign in: a real form that the API answers with a cookie and a full page load."""

import reflex as rx

from components.external.behaviour import FillIn
from components.i18n import N_, _, tr
from components.ui.button import submit
from components.ui.feedback import callout
from components.ui.form import form_message, native_form, password_field, text_field
from components.ui.link import link, with_next
from components.ui.shell import ROLES, page_head, plain_shell
from lms_app.pages.page import Page
from services.accounts.schemas import DemoAccount
from state.accounts import SignInState

# What led the person here, from the address.
REASONS = {
    "needed": N_("Sign in to go on. You come back to where you were."),
    "ended": N_("Your session has ended. Sign in to go on where you were."),
}


def _draw() -> rx.Component:
    """The page at /sign-in; `code` in the address says why the person is here, `next` where to go afterwards."""
    reason = rx.match(SignInState.code, *((key, tr(text)) for key, text in REASONS.items()), "")
    register = with_next("/register", SignInState.next_path)
    return plain_shell(
        page_head(_("Sign in")),
        native_form(
            form_message(SignInState.message),
            rx.cond((SignInState.message == "") & (reason != ""), callout(rx.el.p(reason))),
            text_field(
                "email",
                _("Email"),
                type="email",
                required=True,
                auto_complete="username",
                default_value=SignInState.email,
                error=SignInState.field_errors["email"],
                key=SignInState.email,
            ),
            password_field("password", _("Password"), error=SignInState.field_errors["password"]),
            rx.el.input(type="hidden", name="next", value=SignInState.next_path, read_only=True),
            submit(_("Sign in"), class_name="btn-large w-full"),
            action="/auth/sign-in",
            in_place=True,
            class_name="form",
        ),
        rx.el.p(_("New here?"), " ", link(_("Make an account"), href=register, class_name="tap"), class_name="mt-6"),
        rx.cond(SignInState.demo.length() > 0, _demo()),
    )


def _demo() -> rx.Component:
    """The accounts of a demo: one press fills the form in."""
    return rx.el.section(
        rx.el.h2(_("Demo accounts"), id="demo-accounts", class_name="font-semibold"),
        rx.cond(
            SignInState.demo_password != "",
            rx.el.p(
                _("The password of each is"),
                " ",
                rx.el.bdi(SignInState.demo_password, dir="ltr", class_name="select-all font-semibold text-ink"),
                class_name="text-quiet",
            ),
            rx.el.p(_("The password is the one set as DEMO_PASSWORD."), class_name="text-quiet"),
        ),
        rx.el.ul(rx.foreach(SignInState.demo, _demo_account), class_name="demo-accounts"),
        aria_labelledby="demo-accounts",
        class_name="mt-10 border-t border-line pt-5 text-sm",
    )


def _demo_account(account: rx.Var[DemoAccount]) -> rx.Component:
    role = rx.match(account.role, *((key, tr(words)) for key, words in ROLES.items()), "")
    return rx.el.li(
        FillIn.create(
            rx.el.span(role, class_name="font-semibold"),
            rx.el.bdi(account.email, class_name="text-quiet"),
            values={"field-email": account.email, "field-password": SignInState.demo_password},
            class_name="demo-account",
        )
    )


sign_in = Page("/sign-in", _draw, _("Sign in"), SignInState.open)
