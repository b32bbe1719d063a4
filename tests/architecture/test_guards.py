"""Every form of signing in, account and wishlist counts tries or needs somebody who is signed in.

The address table is read, so a route that is added tomorrow is judged tomorrow: its view, or what the view
calls within its slice, must count (`storefront.web.limits`, `storefront.web.counters`), or the view stands
behind `signed_in`, or is named below with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest
from django.urls import URLPattern
from django.views.decorators.http import require_GET, require_http_methods

from storefront.web import limits
from storefront.web.counters import Allowance, AllowanceEach
from storefront.web.identity import signed_in
from storefront.web.policies import policy_of

SLICES = ("signin", "account", "wishlist")
COUNTING = frozenset(name for name in vars(limits) if name.startswith("before_"))

# A form that needs neither, and why.
NEITHER = {
    "signin:out": "ends the session of whoever sends it, and nothing else",
    "signin:hosted": "only sends the browser away; what comes back is checked against the session",
    "signin:new_password": "answers a challenge that a counted password opened, and holds nothing to guess",
}


def layers(view: Any) -> Iterator[FunctionType]:
    """A view and what its decorators stand before, from the outside in."""
    while isinstance(view, FunctionType):
        yield view
        view = getattr(view, "__wrapped__", None)


def code_inside(decorated: Callable[..., Any]) -> CodeType:
    """What marks a layer that a decorator made: its code, which `wraps` does not copy."""
    assert isinstance(decorated, FunctionType)
    return decorated.__code__


BY_METHOD = code_inside(require_GET(lambda _request: None))
BY_PERSON = code_inside(signed_in()(lambda _request: None))


def takes_forms(view: Any) -> bool:
    methods = set(policy_of(view).methods)
    for layer in layers(view):
        if layer.__code__ is BY_METHOD:
            cells = dict(zip(layer.__code__.co_freevars, layer.__closure__ or (), strict=True))
            methods &= set(cells["request_method_list"].cell_contents)
    return "POST" in methods


def needs_somebody(view: Any) -> bool:
    return any(layer.__code__ is BY_PERSON for layer in layers(view))


def names_in(code: CodeType) -> set[str]:
    """Globals and attributes that a function uses, those of functions inside it included."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return set(code.co_names).union(*(names_in(one) for one in inner))


def counts_tries(view: Any, slice_: str, others: frozenset[FunctionType] = frozenset()) -> bool:
    """Whether anything counts that the view calls within its slice; `others` are views of other routes."""
    waiting, seen = list(layers(view)), set(others)
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        used = names_in(function.__code__)
        found = [function.__globals__[name] for name in used if name in function.__globals__]
        found += [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
        for thing in found:
            if thing is limits and used & COUNTING:
                return True
            if isinstance(thing, Allowance | AllowanceEach) and "take" in used:
                return True
            if isinstance(thing, ModuleType):
                waiting += [one for name in used if isinstance(one := vars(thing).get(name), FunctionType)]
            elif isinstance(thing, FunctionType):
                waiting.append(thing)
        waiting = [one for one in waiting if one.__module__.startswith(f"storefront.{slice_}")]
    return False


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - an empty one raises
    except ValueError:
        return False
    return True


def forms() -> dict[str, tuple[str, Any]]:
    found = {}
    for slice_ in SLICES:
        urls = import_module(f"storefront.{slice_}.urls")
        for pattern in urls.urlpatterns:
            assert isinstance(pattern, URLPattern)
            if takes_forms(pattern.callback):
                found[f"{urls.app_name}:{pattern.name}"] = (slice_, pattern.callback)
    return found


FORMS = forms()


def test_there_are_forms_to_judge() -> None:
    assert len(FORMS) > 20
    assert {name.split(":")[0] for name in FORMS} == set(SLICES)


@pytest.mark.parametrize("name", sorted(FORMS.keys() - NEITHER.keys()))
def test_a_form_counts_tries_or_needs_somebody_signed_in(name: str) -> None:
    slice_, view = FORMS[name]
    others = frozenset(one for other, (_, one) in FORMS.items() if other != name)
    assert needs_somebody(view) or counts_tries(view, slice_, others)


def test_the_exceptions_are_routes_that_need_one() -> None:
    for name in NEITHER:
        slice_, view = FORMS[name]
        others = frozenset(one for other, (_, one) in FORMS.items() if other != name)
        assert not needs_somebody(view), name
        assert not counts_tries(view, slice_, others), name


def _unguarded(request: Any) -> None:
    request.shop.people.sign_in(email="robin@example.com", password="")


def _counting(request: Any) -> None:
    limits.before_sign_in(request, "robin@example.com")


def _calling(request: Any) -> None:
    _counting(request)


def test_a_form_that_lacks_both_would_be_found() -> None:
    """The judges themselves: an unguarded view is neither, whatever decorators it wears."""
    for view in (_counting, _calling):
        view.__module__ = "storefront.signin.tomorrow"
    bare = require_http_methods(["GET", "POST"])(_unguarded)
    assert takes_forms(bare)
    assert not takes_forms(require_GET(_unguarded))
    assert not needs_somebody(bare)
    assert not counts_tries(bare, "signin")
    assert needs_somebody(signed_in()(_unguarded))
    assert counts_tries(require_http_methods(["POST"])(_calling), "signin")
