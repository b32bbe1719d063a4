"""Whose account it is: the person of the request, their access token, the copies of what they last saw."""

from dataclasses import dataclass, field

from storefront.core import UpstreamError
from storefront.identity import Person
from storefront.web.copies import Copies


@dataclass(frozen=True, slots=True)
class Owner:
    """The person and what opens their things at the services. May be handed to the threads of a page.

    `opens` is an access token, or why there is none.
    """

    person: Person
    copies: Copies
    opens: str | UpstreamError = field(repr=False)

    @property
    def token(self) -> str:
        """The access token. Raises UpstreamUnavailable where it has run out and can't be renewed now.

        Raised only at use, so that a page can still show its last good copy.
        """
        if isinstance(self.opens, UpstreamError):
            raise self.opens
        return self.opens
