"""The pages of the hosted test provider: small, without scripts, readable by machine and by screen reader.

Every value that isn't a constant of this file goes through `html.escape`; the pages carry no style of their
own, so that their content security policy can forbid everything but one same-origin stylesheet.
"""

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import urlsplit

from apptier.kit.money import money_text
from apptier.payments.states import CHALLENGE_CODE

NOTICE: Final = "Test payment page: no money moves"


@dataclass(frozen=True)
class PageFacts:
    """What the pages say about a payment.

    Attributes:
        path: Root-relative path of the payment's page; the forms post below it.
        stylesheet: Root-relative path of the stylesheet.
        merchant: Who is paid, by name.
        amount: Minor units of `currency` (ISO 4217).
        currency: ISO 4217 code.
        return_url: Where the shop waits.
    """

    path: str
    stylesheet: str
    merchant: str
    amount: int
    currency: str
    return_url: str


def policy(return_url: str) -> str:
    """The Content-Security-Policy of a page: one stylesheet, and forms that may end up at the shop.

    Browsers hold a redirect after a form against `form-action`, so the shop's origin has to be in it (CSP3,
    6.4.1).
    """
    parts = urlsplit(return_url)
    return (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )


def _page(title: str, stylesheet: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)} – {NOTICE}</title>\n"
        f'<link rel="stylesheet" href="{escape(stylesheet)}">\n</head>\n<body>\n'
        f'<p class="banner">{NOTICE}</p>\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _facts(facts: PageFacts) -> str:
    shop = urlsplit(facts.return_url).netloc
    return (
        "<dl>\n"
        f"<dt>Merchant</dt><dd>{escape(facts.merchant)}<br>{escape(shop)}</dd>\n"
        f'<dt>Amount</dt><dd class="amount">{escape(money_text(facts.amount, facts.currency))}</dd>\n'
        "</dl>"
    )


def _button(path: str, label: str, *, method: str = "post", primary: bool = False) -> str:
    kind = ' class="primary"' if primary else ""
    button = f'<button type="submit"{kind}>{escape(label)}</button>'
    return f'<form method="{method}" action="{escape(path)}">{button}</form>'


def pay_page(facts: PageFacts) -> str:
    """The page a shopper is sent to: what is paid to whom, and the ways in which it can end."""
    body = "\n".join(
        (
            f"<h1>Pay {escape(facts.merchant)}</h1>",
            _facts(facts),
            '<p class="hint">Choose how this payment shall end.</p>',
            _button(f"{facts.path}/approve", "Approve", primary=True),
            _button(f"{facts.path}/decline", "Decline"),
            _button(f"{facts.path}/challenge", "Ask for a challenge", method="get"),
            _button(f"{facts.path}/left", "Leave without answering", method="get"),
        )
    )
    return _page("Payment", facts.stylesheet, body)


def challenge_page(facts: PageFacts, *, tries_left: int, wrong: bool) -> str:
    """The second step: a code is asked for, as a bank would by text message.

    Args:
        facts: The payment.
        tries_left: How many wrong codes are still forgiven.
        wrong: Whether the code given last was wrong.
    """
    tries = "1 try" if tries_left == 1 else f"{tries_left} tries"
    error = f'<p class="error" id="code-error">That is not the code. {tries} left.</p>' if wrong else ""
    described = "code-hint code-error" if wrong else "code-hint"
    invalid = ' aria-invalid="true"' if wrong else ""
    body = "\n".join(
        (
            "<h1>Confirm that it is you</h1>",
            _facts(facts),
            f'<form method="post" action="{escape(facts.path)}/challenge"><div class="field">',
            '<label for="code">Six-digit code</label>',
            f'<p class="hint" id="code-hint">On this test page the code is {CHALLENGE_CODE}.</p>',
            error,
            '<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6"',
            f' required aria-describedby="{described}"{invalid}></div>',
            '<button type="submit" class="primary">Confirm</button></form>',
            f'<p><a href="{escape(facts.path)}">Back to the payment</a></p>',
        )
    )
    return _page("Error: code" if wrong else "Confirm", facts.stylesheet, body)


def left_page(facts: PageFacts) -> str:
    """What is shown to somebody who gave no answer; nothing has changed."""
    body = (
        "<h1>You may close this page</h1>\n"
        "<p>The payment has neither been approved nor declined. The shop will give it up after a while.</p>\n"
        f'<p><a href="{escape(facts.path)}">Back to the payment</a></p>'
    )
    return _page("Left", facts.stylesheet, body)


def missing_page(stylesheet: str) -> str:
    """For an address that no payment has."""
    return _page(
        "Not found",
        stylesheet,
        "<h1>There is no such payment</h1>\n<p>Go back to the shop and try again from your cart.</p>",
    )
