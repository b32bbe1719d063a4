"""What a route may do, said where the view is defined: who may see it, how long it may take, what it reads.

A *public* page is the same for everybody: it gets a request without cookies, session or user, sets no
cookie and may be kept by shared caches. Everything that does not say so is private and never stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Tags = Callable[..., tuple[str, ...]]

# Deadlines in seconds, by class of work (the budgets of config/upstreams.py fit into them).
BROWSE_SECONDS = 1.5
# What a page may spend on fetching its parts: leaves time for one more answer, the frame, and rendering.
COMPOSE_SECONDS = 1.0
FRAGMENT_SECONDS = 1.0
CART_WRITE_SECONDS = 3.0
ORDER_SUBMIT_SECONDS = 8.0

# Who sent a visitor is nobody's facet: these never make a page of their own (CloudFront takes ten names).
TRACKERS = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    "gclid", "fbclid", "msclkid", "mc_eid", "_ga",
)  # fmt: skip
READ_METHODS = frozenset({"GET", "HEAD"})
FORM_METHODS = frozenset({"GET", "HEAD", "POST"})


def _no_tags(**_kwargs: object) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Policy:
    """How one route is served.

    `deadline` is in seconds, None for the default of its method. `query` names the keys of the query string
    that the view reads, None for all; with `facets` also any key that looks like a facet's code and is none
    of TRACKERS. `tags` makes the names by which shared caches can purge the page from the view's keyword
    arguments. A `polled` page asks for itself by htmx, again and again: that says nothing of whether somebody
    is there. Views let people in themselves; by the `groups` of a page a form that another site may
    have sent is answered as if there were no such page (storefront.web.errors).
    """

    public: bool = False
    deadline: float | None = None
    query: tuple[str, ...] | None = None
    facets: bool = False
    methods: frozenset[str] = FORM_METHODS
    tags: Tags = _no_tags
    payment: bool = False
    polled: bool = False
    groups: frozenset[str] = frozenset()

    def seconds(self, method: str) -> float:
        """The deadline of a request with this method."""
        if self.deadline is not None:
            return self.deadline
        return BROWSE_SECONDS if method in READ_METHODS else CART_WRITE_SECONDS


DEFAULT = Policy()


def public_page(
    *,
    tags: Tags | tuple[str, ...] = (),
    query: tuple[str, ...] = (),
    facets: bool = False,
    deadline: float = BROWSE_SECONDS,
) -> Callable[[View], View]:
    """Mark a view as the same for everybody; it answers GET and HEAD only.

    `tags` is a tuple, or a function of the view's URL arguments. Query keys that are not in `query` (nor look
    like facets, where `facets` is on) never reach the view.
    """
    make: Tags = tags if callable(tags) else lambda **_kwargs: tags
    return _marked(Policy(True, deadline, query, facets, READ_METHODS, make))


def private_page(
    *,
    query: tuple[str, ...] | None = None,
    deadline: float | None = None,
    methods: frozenset[str] = FORM_METHODS,
    payment: bool = False,
    polled: bool = False,
    groups: frozenset[str] = frozenset(),
) -> Callable[[View], View]:
    """Mark a view as one shopper's own. `payment` lets its forms end at the payment provider's page."""
    return _marked(
        Policy(False, deadline, query, False, methods, payment=payment, polled=polled, groups=groups)
    )


def policy_of(view: Any) -> Policy:
    """The policy a view was marked with, else the default: private, forms allowed."""
    policy = getattr(view, "policy", DEFAULT)
    assert isinstance(policy, Policy)
    return policy


def _marked(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark
