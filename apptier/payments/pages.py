"""The pages of the hosted test provider: small, without scripts, readable by machine and by screen reader.

Every value that isn't a constant of this file goes through `html.escape`; the pages carry no style of their
own, so that their content security policy can forbid everything but one same-origin stylesheet.
"""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from apptier.payments.states import CHALLENGE_CODE
from apptier.payments.texts import RIGHT_TO_LEFT, amount_text, text


@dataclass(frozen=True)
class PageFacts:
    """What the pages say about a payment.

    Attributes:
        path: Root-relative path of the payment's page; the forms post below it.
        stylesheet: Root-relative path of the stylesheet.
        merchant: Who is paid, by name.
        order_number: As the shop tells it to people; may be empty.
        method: How it is paid, by the contract's word.
        locale: The language of the page.
        amount: Minor units of `currency` (ISO 4217).
        currency: ISO 4217 code.
        return_url: Where the shop waits.
    """

    path: str
    stylesheet: str
    merchant: str
    order_number: str
    method: str
    locale: str
    amount: int
    currency: str
    return_url: str

    def say(self, name: str, **values: object) -> str:
        """A text in the page's language, safe to stand in markup."""
        return escape(text(self.locale, name, **values))


def policy(return_url: str) -> str:
    """The Content-Security-Policy of a page: one stylesheet, and forms that may end up at the shop.

    Browsers hold a redirect after a form against `form-action`, so the shop's origin has to be in it (CSP3,
    6.4.1).
    """
    parts = urlsplit(return_url)
    return (
        "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )


def _page(title: str, locale: str, stylesheet: str, body: str) -> str:
    """A whole page; `title` and `body` are markup."""
    direction = "rtl" if locale in RIGHT_TO_LEFT else "ltr"
    notice = escape(text(locale, "notice"))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(locale)}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{title} – {notice}</title>\n"
        # An empty picture, or browsers would ask the whole backend for one.
        '<link rel="icon" href="data:,">\n'
        f'<link rel="stylesheet" href="{escape(stylesheet)}">\n</head>\n<body>\n'
        f'<p class="banner">{notice}</p>\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _facts(facts: PageFacts) -> str:
    """What is paid to whom; codes and amounts keep their direction in any text."""
    shop = urlsplit(facts.return_url).netloc
    amount = amount_text(facts.locale, facts.amount, facts.currency)
    number = facts.order_number
    order = f"<dt>{facts.say('order')}</dt><dd><bdi>{escape(number)}</bdi></dd>\n" if number else ""
    return (
        "<dl>\n"
        f"<dt>{facts.say('merchant')}</dt>"
        f"<dd><bdi>{escape(facts.merchant)}</bdi><br><bdi>{escape(shop)}</bdi></dd>\n"
        f"{order}"
        f"<dt>{facts.say('method')}</dt><dd>{facts.say(facts.method)}</dd>\n"
        f'<dt>{facts.say("amount")}</dt><dd class="amount"><bdi>{escape(amount)}</bdi></dd>\n'
        "</dl>"
    )


def _button(path: str, label: str, *, method: str = "post", primary: bool = False) -> str:
    """A form of one button; `label` is markup."""
    kind = ' class="primary"' if primary else ""
    button = f'<button type="submit"{kind}>{label}</button>'
    return f'<form method="{method}" action="{escape(path)}">{button}</form>'


def pay_page(facts: PageFacts) -> str:
    """The page a shopper is sent to: what is paid to whom, and the ways in which it can end."""
    body = "\n".join(
        (
            f"<h1>{facts.say('pay', merchant=facts.merchant)}</h1>",
            _facts(facts),
            f'<p class="hint">{facts.say("choose")}</p>',
            _button(f"{facts.path}/approve", facts.say("approve"), primary=True),
            _button(f"{facts.path}/decline", facts.say("decline")),
            _button(f"{facts.path}/challenge", facts.say("challenge"), method="get"),
            _button(f"{facts.path}/left", facts.say("leave"), method="get"),
        )
    )
    return _page(facts.say("title"), facts.locale, facts.stylesheet, body)


def challenge_page(facts: PageFacts, *, tries_left: int, wrong: bool) -> str:
    """The second step: a code is asked for, as a bank would by text message.

    Args:
        facts: The payment.
        tries_left: How many wrong codes are still forgiven.
        wrong: Whether the code given last was wrong.
    """
    tries = facts.say("one_try" if tries_left == 1 else "more_tries", count=tries_left)
    error = f'<p class="error" id="code-error">{tries}</p>' if wrong else ""
    described = "code-hint code-error" if wrong else "code-hint"
    invalid = ' aria-invalid="true"' if wrong else ""
    body = "\n".join(
        (
            f"<h1>{facts.say('confirm_head')}</h1>",
            _facts(facts),
            f'<form method="post" action="{escape(facts.path)}/challenge"><div class="field">',
            f'<label for="code">{facts.say("code")}</label>',
            f'<p class="hint" id="code-hint">{facts.say("code_hint", code=CHALLENGE_CODE)}</p>',
            error,
            '<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="6"',
            f' dir="ltr" required aria-describedby="{described}"{invalid}></div>',
            f'<button type="submit" class="primary">{facts.say("confirm")}</button></form>',
            f'<p><a href="{escape(facts.path)}">{facts.say("back")}</a></p>',
        )
    )
    title = facts.say("confirm_error" if wrong else "confirm_title")
    return _page(title, facts.locale, facts.stylesheet, body)


def left_page(facts: PageFacts) -> str:
    """What is shown to somebody who gave no answer; nothing has changed."""
    body = (
        f"<h1>{facts.say('left_head')}</h1>\n<p>{facts.say('left_text')}</p>\n"
        f'<p><a href="{escape(facts.path)}">{facts.say("back")}</a></p>'
    )
    return _page(facts.say("left_title"), facts.locale, facts.stylesheet, body)


def missing_page(stylesheet: str, locale: str = "en") -> str:
    """For an address that no payment has."""
    head, words = escape(text(locale, "missing_head")), escape(text(locale, "missing_text"))
    title = escape(text(locale, "missing_title"))
    return _page(title, locale, stylesheet, f"<h1>{head}</h1>\n<p>{words}</p>")
