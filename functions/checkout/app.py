"""The table of contents of the checkout domain."""

from functions.checkout.batch import batch
from functions.checkout.cancel import cancel
from functions.checkout.commit import commit
from functions.checkout.confirm import confirm
from functions.checkout.explain import explain
from functions.checkout.prices import prices
from functions.checkout.quote import quote
from functions.checkout.receipt import receipt
from functions.checkout.refund import refund
from functions.checkout.return_without_receipt import return_without_receipt
from stamkund.web.app import App, build_app


def build() -> App:
    return build_app(
        "checkout",
        prices,
        quote,
        commit,
        batch,
        confirm,
        cancel,
        receipt,
        refund,
        return_without_receipt,
        explain,
    )


app = build()
