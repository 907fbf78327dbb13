"""The React component of assets/address.js: a search kept in the address."""

import reflex as rx


class AddressQuery(rx.Component):
    """Writes a query behind the path of the page when it changes, and what is typed in a search box at once."""

    library = "$/public/address.js"
    tag = "AddressQuery"
    query: rx.Var[str]
    box: rx.Var[str]
    text: rx.Var[str]
    drawn: rx.Var[int]
