"""The hosted page's routes: what a browser sees when the shop sends it to pay.

The address is the secret: whoever holds it may answer, as with any provider's payment link. There is no
cookie and no login here, so there is nothing that another site could use by sending a form.
"""

from importlib import resources
from typing import Annotated, Final
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from apptier.kit.problems import Problem
from apptier.payments import pages
from apptier.payments.pages import PageFacts
from apptier.payments.payments import Payments
from apptier.payments.routes import the_payments
from apptier.payments.states import Status
from apptier.payments.store import Payment

_LONGEST_FORM: Final = 4096
_LONGEST_ID: Final = 64
_NOT_FOUND: Final = 404
_WRONG_CODE: Final = 422
_PRIVATE: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
router = APIRouter(prefix="/hosted", include_in_schema=False)
PaymentsDep = Annotated[Payments, Depends(the_payments)]


async def _code(request: Request) -> str:
    """The field `code` of a posted form; empty when it isn't there. No more is read than a form is long."""
    form = b""
    async for part in request.stream():
        form += part
        if len(form) >= _LONGEST_FORM:
            break
    fields = parse_qs(form[:_LONGEST_FORM].decode("utf-8", "replace"))
    return fields.get("code", [""])[0]


def _base(request: Request) -> str:
    public = request.app.state.context.settings.payments_public_url
    return f"{urlsplit(public).path}/hosted"


def _facts(request: Request, payment: Payment) -> PageFacts:
    return PageFacts(
        path=f"{_base(request)}/{payment.id}",
        stylesheet=f"{_base(request)}/style.css",
        merchant=request.app.state.context.settings.shop_name,
        order_number=payment.order_number,
        method=payment.method,
        locale=payment.locale,
        amount=payment.amount,
        currency=payment.currency,
        return_url=payment.return_url,
    )


def _shown(html: str, return_url: str, status: int = 200) -> Response:
    headers = _PRIVATE | {"Content-Security-Policy": pages.policy(return_url)}
    return HTMLResponse(html, status, headers=headers)


def _back(payment: Payment) -> Response:
    """To the shop, which asks us for the outcome itself: nothing about it is in the address."""
    return RedirectResponse(payment.return_url, 303, headers=_PRIVATE)


def _found(payments: Payments, payment_id: str) -> Payment | None:
    if len(payment_id) > _LONGEST_ID:  # no key of the table is that long, and the table says so with an error
        return None
    try:
        return payments.load(payment_id)
    except Problem as problem:
        if problem.status != _NOT_FOUND:
            raise
        return None


def _missing(request: Request) -> Response:
    stylesheet = f"{_base(request)}/style.css"
    origin = request.app.state.context.settings.payments_public_url
    return _shown(pages.missing_page(stylesheet), origin, _NOT_FOUND)


@router.get("/style.css")
def stylesheet() -> Response:
    """The pages' one stylesheet."""
    css = resources.files("apptier.payments").joinpath("hosted.css").read_text(encoding="utf-8")
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(css, media_type="text/css; charset=utf-8", headers=headers)


@router.get("/{payment_id}")
def show(payment_id: str, request: Request, payments: PaymentsDep) -> Response:
    """The payment page; once there is an outcome, back to the shop."""
    payment = _found(payments, payment_id)
    if payment is None:
        return _missing(request)
    if payment.status.final:
        return _back(payment)
    return _shown(pages.pay_page(_facts(request, payment)), payment.return_url)


@router.get("/{payment_id}/left")
def left(payment_id: str, request: Request, payments: PaymentsDep) -> Response:
    """What somebody sees who gives no answer; the payment stays as it is."""
    payment = _found(payments, payment_id)
    if payment is None:
        return _missing(request)
    return _shown(pages.left_page(_facts(request, payment)), payment.return_url)


@router.get("/{payment_id}/challenge")
def challenge(payment_id: str, request: Request, payments: PaymentsDep) -> Response:
    """The page that asks for the code."""
    payment = _found(payments, payment_id)
    if payment is None:
        return _missing(request)
    return _challenged(request, payments, payment, wrong=False)


@router.post("/{payment_id}/challenge")
def confirm(
    payment_id: str, request: Request, payments: PaymentsDep, code: Annotated[str, Depends(_code)]
) -> Response:
    """The code was given."""
    if _found(payments, payment_id) is None:
        return _missing(request)
    return _challenged(request, payments, payments.confirm(payment_id, code), wrong=True)


def _challenged(request: Request, payments: Payments, payment: Payment, *, wrong: bool) -> Response:
    if payment.status.final:
        return _back(payment)
    page = pages.challenge_page(
        _facts(request, payment), tries_left=payments.tries_left(payment), wrong=wrong
    )
    return _shown(page, payment.return_url, _WRONG_CODE if wrong else 200)


@router.post("/{payment_id}/approve")
def approve(payment_id: str, request: Request, payments: PaymentsDep) -> Response:
    """The button Approve; sent again it changes nothing."""
    return _finished(request, payments, payment_id, Status.APPROVED)


@router.post("/{payment_id}/decline")
def decline(payment_id: str, request: Request, payments: PaymentsDep) -> Response:
    """The button Decline; sent again it changes nothing."""
    return _finished(request, payments, payment_id, Status.DECLINED)


def _finished(request: Request, payments: Payments, payment_id: str, status: Status) -> Response:
    if _found(payments, payment_id) is None:
        return _missing(request)
    return _back(payments.finish(payment_id, status))
