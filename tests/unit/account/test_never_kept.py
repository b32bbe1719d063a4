"""Every form of the account, sent by somebody who has to prove anew who they are: no secret of it is kept."""

import html5lib
import pytest
from django.http import HttpResponse

from tests.unit.account.member import Member, signed_in
from tests.unit.account.test_guarding import LOOKED_AT
from tests.unit.account.test_passkeys import make

SECRET_HINTS = {"one-time-code", "current-password", "new-password"}
KEPT_OF = {
    "profile/": {"name", "phone"},
    "preferences/": {"language", "country", "marketing_email"},
    "security/email/": {"email"},
    "addresses/new/": {"label", "name", "line1", "line2", "company", "city", "postcode", "region", "country"},
}
BEYOND = {"person", "version"}
Control = tuple[str, bool]


def forms_of(answer: HttpResponse) -> list[tuple[str, list[Control]]]:
    """Where each form of a page goes, its fields by name, and whether what is typed there is a secret."""
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    found = []
    for form in tree.iter("form"):
        controls = [one for one in form.iter() if one.tag in {"input", "select", "textarea"}]
        named = [(one.get("name"), is_secret(one)) for one in controls if one.get("name")]
        ours = "/account/" in form.get("action") and "sign-out" not in form.get("action")
        if form.get("method") == "post" and ours:
            found.append((form.get("action"), named))
    return found


def is_secret(control) -> bool:
    hints = set((control.get("autocomplete") or "").split())
    named = control.get("name") in {"secret", "credential", "csrfmiddlewaretoken"}
    return named or control.get("type") == "password" or bool(hints & SECRET_HINTS)


def marked(name: str) -> str:
    return f"marked-{name}"


@pytest.fixture
def pages(robin: Member) -> list[HttpResponse]:
    robin.keeps()
    make(robin)
    looked = [robin.look(path) for path in LOOKED_AT if "adr_" not in path]
    begun = [
        robin.send("security/authenticator/", {"action": "begin"}),
        robin.send("security/passkeys/"),
    ]
    return [*looked, *begun]


def test_no_secret_of_any_form_is_in_the_session(robin, pages):
    sent, secrets, stored = 0, 0, {}
    for page in pages:
        for action, controls in forms_of(page):
            idle = signed_in(robin.client, robin.twins, ago=31 * 60)
            data = {name: marked(name) for name, _secret in controls if name != "person"}
            answer = robin.client.post(action, data)
            assert answer.status_code == 303
            assert "again=1" in answer["Location"]
            texts = repr(dict(idle.session().items()))
            kept = {name for name in data if f"'{marked(name)}'" in texts}
            stored[action] = stored.get(action, set()) | kept
            assert not [name for name, secret in controls if secret and name in kept], action
            assert kept <= KEPT_OF.get(action.removeprefix("/ie/en/account/"), set()) | BEYOND, action
            sent, secrets = sent + 1, secrets + sum(secret for _name, secret in controls)
    assert sent > 10
    assert secrets > 4
    for path, names in KEPT_OF.items():
        assert names <= stored[f"/ie/en/account/{path}"]
