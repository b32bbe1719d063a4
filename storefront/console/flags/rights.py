"""Who may do what with flags. Every group of the console may look at all of it."""

from django.core.exceptions import PermissionDenied

from storefront.flags.records import Who
from storefront.web.forms import clean
from storefront.web.requests import ShopRequest

EDITORS = frozenset({"merchandiser"})
KILLERS = frozenset({"merchandiser", "ops"})
APPROVERS = frozenset({"approver"})

_MOST_NAME = 80  # characters of a name, which people choose


def may(request: ShopRequest, groups: frozenset[str]) -> bool:
    """Whether who asks is of one of these groups."""
    return bool(request.identity.groups & groups)


def demand(request: ShopRequest, groups: frozenset[str]) -> None:
    """Raises PermissionDenied for those who may look, but not do this."""
    if not may(request, groups):
        raise PermissionDenied


def who_of(request: ShopRequest) -> Who:
    """Who does it, as the audit will name them: by what nobody can choose, then by the name they chose."""
    person = request.identity.person
    assert person is not None  # staff_view has let in nobody else
    name = clean(person.name)[:_MOST_NAME]
    proved = person.email if person.email and person.email_verified else person.sub
    return Who(person.sub, f"{proved} ({name})" if name else proved)
