"""What every page of the account has: its place in the menu, its form, and how old its copy is."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from storefront.web.account_menu import Section, home_href, sections
from storefront.web.forms import FieldError, Form
from storefront.web.moments import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """A page of the account. `section` is the route of the part that it belongs to.

    `copied_at` is when the copy was taken that is shown in place of an answer, None for an answer.
    """

    title: str
    section: str
    exact: bool = True
    copied_at: datetime | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The menu."""
        return sections(self.section, exact=self.exact)

    @property
    def home_href(self) -> str:
        """The account's first page."""
        return home_href()

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with what was sent."""
        return ()

    @property
    def copy_words(self) -> str:
        """What to say of a copy, "" for an answer."""
        if self.copied_at is None:
            return ""
        words = _("We can't reach this part of the shop right now. This is how it was on %(moment)s.")
        return words % {"moment": moment(self.copied_at)}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage(AccountPage):
    """A page with a form. `version` is the one it was filled from (If-Match), 0 for none."""

    form: Form
    version: int = 0
    form_key: str = ""

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with what was sent."""
        return self.form.errors


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayPage(AccountPage):
    """A part of the account that can't be shown now, neither as it is nor as it was."""

    again_href: str
