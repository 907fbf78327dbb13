"""The React component of assets/address.js: a search kept in the address."""

import reflex as rx


class AddressQuery(rx.Component):
    """Writes a query behind the path of the page when it changes."""

    library = "$/public/address.js"
    tag = "AddressQuery"
    query: rx.Var[str]
