"""What the pages of signing in hold: a form, why somebody was led here, and where to go on afterwards.

`next` is always an address of the shop that was checked (storefront/signin/returns.py), "" for none.
"""

from dataclasses import dataclass

from storefront.signin.returns import link
from storefront.web.authenticator import Enrolment
from storefront.web.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A page with one form. `notice` says why one is here."""

    title: str
    form: Form
    next: str = ""
    notice: str = ""

    def link(self, name: str) -> str:
        """The address of another page of signing in, which goes on to the same place."""
        return link(name, self.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage(FormPage):
    """Signing in. `providers` are names of companies whose accounts may be used instead.

    `person` is the e-mail address of who is signed in already and has to prove it again, `guest_href` where
    one goes on without an account; both "" for none.
    """

    passkeys: bool = False
    providers: tuple[str, ...] = ()
    person: str = ""
    guest_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengePage(FormPage):
    """The step after the password. `lead` says where the code comes from."""

    lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyPage(FormPage):
    """Where the device is asked for its passkey. `options` is the pool's question as JSON."""

    options: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasswordPage(FormPage):
    """A new password in place of one that was given. `email` is for password managers."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpPage(FormPage):
    """An authenticator has to be set up before one is in."""

    enrolment: Enrolment


@dataclass(frozen=True, slots=True)
class OnwardPage:
    """On the way to another company's page, which opens by itself; the pool's own is no `provider`'s."""

    title: str
    href: str
    provider: str = ""


@dataclass(frozen=True, slots=True)
class OutPage:
    """Signing out, for who came by its address."""

    title: str
    signed_in: bool
