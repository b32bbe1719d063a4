"""Somebody with wishes: presses hearts, and can be asked what is on their list now."""

import re
from dataclasses import dataclass
from html import unescape

from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from storefront.clients.lists import ListRef, WishList
from storefront.web.list_cookie import list_of
from tests import samples
from tests.unit.web.shops import Fakes, sign_in_browser

HTMX = {"HX-Request": "true"}
CUSHION = f"meadow-cushion:{samples.CUSHION}"
VASE = f"ember-vase:{samples.VASE}"


@dataclass
class Wisher:
    client: Client
    twins: Fakes

    def save(self, item: str = CUSHION, **headers: str) -> HttpResponse:
        return self.client.post("/wishlist/items/", {"item": item}, headers=headers)

    def look(self, path: str = "/wishlist/", **headers: str) -> str:
        response = self.client.get(path, headers=headers)
        assert response.status_code == 200, response.status_code
        return text_of(response)

    def press(self, path: str, number: int = 0, **headers: str) -> HttpResponse:
        """Send the n-th form of the list's page that goes to `path`."""
        form = forms_to(self.look(), path)[number]
        return self.client.post(path, form, headers=headers)

    def sign_in(self) -> None:
        sign_in_browser(self.client, self.twins)

    @property
    def cookie(self) -> ListRef | None:
        request = RequestFactory().get("/")
        if found := self.client.cookies.get(settings.LIST_COOKIE_NAME):
            request.COOKIES[settings.LIST_COOKIE_NAME] = found.value
        return list_of(request)

    @property
    def guests(self) -> WishList:
        ref = self.cookie
        assert ref is not None
        return self.twins.lists.get_list(ref=ref)

    @property
    def own(self) -> WishList:
        return self.twins.lists.get_list(ref=ListRef(access_token=samples.ROBIN_TOKEN))


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def forms_to(page: str, path: str) -> list[dict[str, str]]:
    """What the forms of a page that go to `path` say."""
    found = re.findall(rf'<form[^>]*action="/ie/en{path}"[^>]*>.*?</form>', page, re.DOTALL)
    return [dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', form)) for form in found]


def handles(found: WishList) -> list[str]:
    return sorted(item.handle for item in found.items)
