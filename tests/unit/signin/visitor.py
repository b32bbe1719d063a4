"""Somebody without a script who signs in: types into the forms, follows what they answer."""

import re
from dataclasses import dataclass
from html import unescape

from django.http import HttpResponse

from tests.paths import ShopClient
from tests.unit.web.shops import Fakes

EMAIL = "robin@example.com"
NAME = "Robin Byrne"
CALLED = "Robin"  # by the header
PASSWORD = "three words in a row"
OTHER_PASSWORD = "four other words in a row"
HOME = "/ie/en"
SIGN_IN = f"{HOME}/account/sign-in/"
ACCOUNT = f"{HOME}/account/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@dataclass
class Visitor:
    client: ShopClient
    twins: Fakes

    def get(self, path: str, **query: str) -> HttpResponse:
        return self.client.get(path, query)

    def post(self, path: str, **data: str) -> HttpResponse:
        return self.client.post(path, data)

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **more: str) -> HttpResponse:
        return self.post("/account/sign-in/", email=email, password=password, **more)

    @property
    def name(self) -> str:
        """Whom the header would greet, "" for a stranger; notices are gone afterwards."""
        answer = self.client.get(
            "/fragments/personal/summary/", headers={"HX-Request": "true", "HX-Target": "summary"}
        )
        found = re.search(r"<bdi>(.*?)</bdi>", answer.content.decode())
        return unescape(found.group(1)) if found else ""


def leads_to(answer: HttpResponse) -> str:
    """Where a form that was taken leads."""
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return answer["Location"]


def error_at(answer: HttpResponse, name: str) -> str:
    """What the summary on top says of a field, which is said beside the field, too."""
    page = unescape(answer.content.decode())
    found = re.search(rf'<p class="field__error" id="{name}-error">(.*?)</p>', page, re.DOTALL)
    assert found, f"nothing is wrong with {name}"
    line = re.search(rf'<a href="#{name}">(.*?)</a>', page, re.DOTALL)
    assert line, f"the summary does not name {name}"
    fault = found.group(1)
    assert line.group(1).lower().endswith(fault.lower())
    return line.group(1)


def told(answer: HttpResponse, email: str) -> dict[str, object]:
    """All that an answer tells, but for the forgery token and the address that was typed."""
    body = _TOKEN.sub("", answer.content.decode()).replace(email, "EMAIL")
    headers = {k: v for k, v in answer.headers.items() if k != "X-Request-Id"}
    return {"status": answer.status_code, "headers": headers, "body": body, "cookies": sorted(answer.cookies)}
