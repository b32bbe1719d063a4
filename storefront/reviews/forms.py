"""What a review asks: stars, words and a name; and, for who wants the mark of a buyer, the order."""

import unicodedata
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from storefront.clients.reviews import NewReview, OrderProof
from storefront.web.formats import number
from storefront.web.forms import Field, Form, Option, clean

LEAST_BODY = 20
MOST_BODY = 4000
MOST_AUTHOR = 60
TRAP = "website"
"""A field that people don't see; what fills it in is no person, or helps one too eagerly."""


@dataclass(frozen=True, slots=True)
class Paragraphs(Field):
    """A field whose line breaks count."""

    def read(self, typed: str) -> "Paragraphs":
        """What was typed, normalised (NFC), without other control characters and surrounding space."""
        text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
        text = "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")
        lines = [line.strip() for line in text.strip().split("\n")]
        return self._with(value="\n".join(lines))

    def _with(self, value: str) -> "Paragraphs":
        fields = {name: getattr(self, name) for name in Field.__slots__}
        return Paragraphs(**(fields | {"value": value, "error": self._problem(value)}))


def _long_enough(value: str) -> str:
    if len(" ".join(value.split())) >= LEAST_BODY:
        return ""
    return _("Your review: please write at least %(count)s characters.") % {"count": number(LEAST_BODY)}


def _email(value: str) -> str:
    name, at, host = value.rpartition("@")
    if not (name and at and "." in host.strip(".")) or " " in value:
        return _("Email address: this is not a whole address. It looks like name@example.com.")
    return ""


def _order_number(value: str) -> str:
    if len("".join(c for c in value if c.isalnum())) < 6:  # noqa: PLR2004 - as the contract of orders says
        return _("Order number: this is too short. It looks like SF-7K3M-92QD.")
    return ""


def review_form(author: str = "") -> Form:
    """The empty form. Whose name to show is known already (`author`) is not asked for it."""
    asked = Form(
        (
            Field("rating", _("Your rating"), type="radio", options=_stars()),
            Field("title", _("Headline"), required=False, max_length=120),
            Paragraphs(
                "body",
                _("Your review"),
                type="textarea",
                max_length=MOST_BODY,
                hint=_("What is it like to use? What should others know? At least 20 characters."),
                check=_long_enough,
            ),
            Field(
                "author",
                _("Name to show"),
                autocomplete="nickname",
                max_length=MOST_AUTHOR,
                hint=_("Everybody can read it. A first name is enough."),
            ),
            *_proof(),
        )
    )
    return replace(asked, fields=tuple(f for f in asked if not author or f.name != "author"))


def shown_name(name: str) -> str:
    """The name that everybody may read of somebody whose whole name we know: "Robin B."; "" for none."""
    words = clean(name).split()
    if len(words) <= 1:
        return clean(name)[:MOST_AUTHOR]
    initial = unicodedata.normalize("NFC", words[-1])[0].upper()
    return f"{words[0][: MOST_AUTHOR - 3]} {initial}."


def _proof() -> tuple[Field, Field]:
    """What shows that somebody bought it: number and email address of the order, folded away."""
    return (
        Field(
            "number",
            _("Order number"),
            required=False,
            max_length=30,
            folded=True,
            autocomplete="off",
            autocapitalize="characters",
            hint=_("It is in your confirmation and looks like SF-7K3M-92QD."),
            check=_order_number,
        ),
        Field(
            "email",
            _("Email address of the order"),
            type="email",
            required=False,
            autocomplete="email",
            inputmode="email",
            max_length=254,
            folded=True,
            hint=_("We only compare it with the order. It is neither kept nor shown."),
            check=_email,
        ),
    )


def checked(form: Form, trap: str) -> Form:
    """The form as read, with what only shows in two fields together, or in the one that nobody sees."""
    number_given, email_given = bool(form["number"].value), bool(form["email"].value)
    errors = {}
    if number_given and not email_given:
        errors["email"] = _("Email address: please give the one you ordered with, or leave both empty.")
    if email_given and not number_given:
        errors["number"] = _("Order number: please give it, too, or leave both empty.")
    problem = ""
    if trap:
        problem = _("Please send this once more: something filled in a field that is not for people.")
    return form.with_errors(errors, problem=problem)


def review_of(form: Form, locale: str, author: str = "") -> NewReview:
    """The review that a valid form holds; `locale` is the language it is taken to be in.

    `author` is the name to show where the form did not ask for one.
    """
    values = form.values
    proof = OrderProof(number=values["number"], email=values["email"]) if values["number"] else None
    return NewReview(
        rating=int(values["rating"]),
        title=values["title"],
        body=values["body"],
        author=author or values["author"],
        locale=locale,
        order=proof,
    )


def _stars() -> tuple[Option, ...]:
    meanings = (_("poor"), _("not good"), _("all right"), _("good"), _("excellent"))
    return tuple(
        Option(
            str(stars),
            ngettext("%(stars)s star", "%(stars)s stars", stars) % {"stars": number(stars)},
            meaning,
        )
        for stars, meaning in enumerate(meanings, start=1)
    )
