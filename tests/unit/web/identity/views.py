"""A small site whose pages do one thing each with who is asking, and what the tests of it look at."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import path

from storefront.core import Unauthorized, UpstreamUnavailable
from storefront.web.bearer import bearer_of
from storefront.web.credentials import code_field, new_password_field, password_field
from storefront.web.forms import Field, Form
from storefront.web.identity import (
    access_token,
    end_other_sessions,
    end_session,
    keeps_form,
    kept_form,
    renew,
    sessions_of,
    sign_in,
    sign_out,
    sign_out_everywhere,
    signed_in,
    with_token,
)
from storefront.web.policies import private_page, public_page
from tests.paths import ShopClient

PASSWORD = "buy-something-nice"
ROBIN, MIKA = "robin@example.com", "mika@example.com"
PLAIN = tuple(Field(name, name) for name in ("line1", "postcode", "a", "b"))
SECRET = (password_field("old"), new_password_field("new"), code_field())
IDLE, FRESH = timedelta(minutes=30), timedelta(minutes=5)


@private_page()
def enter(request):
    tokens = request.shop.people.sign_in(email=request.GET.get("email", ROBIN), password=PASSWORD)
    return HttpResponse(sign_in(request, tokens).name)


@private_page()
def enter_gently(request):
    try:
        return enter(request)
    except UpstreamUnavailable:
        return HttpResponse("try again")


@private_page()
def enter_and_fail(request):
    enter(request)
    request.session["guest"] = "theirs"
    raise UpstreamUnavailable("orders", "open_my_cart", "timeout")


@private_page()
def enter_and_lose(request):
    enter(request)
    request.session["step"] = "x"
    request.shop.sessions.down = True
    return HttpResponse("in")


@private_page()
def enter_for_good(request):
    response = HttpResponse()
    tokens = request.shop.people.sign_in(email=request.GET.get("email", ROBIN), password=PASSWORD)
    sign_in(request, tokens, response)
    known = [name for name in ("c-eu", settings.ORDER_COOKIE_NAME) if name in request.COOKIES]
    response.content = " ".join(known) or "nothing"
    return response


@private_page()
def enter_with_a_cart(request):
    response = enter_for_good(request)
    response.set_cookie("c-eu", "theirs")
    return response


@private_page()
def leave(request):
    response = HttpResponse("out")
    sign_out(request, response)
    return response


@private_page()
def leave_and_note(request):
    response = leave(request)
    request.session["step"] = "left"
    return response


@private_page()
def leave_all_and_note(request):
    response = leave_all(request)
    request.session["step"] = "left"
    return response


@private_page()
def by_hosted(request):
    request.session["hosted"] = True
    return HttpResponse("ok")


@private_page()
def hosted_still(request):
    return HttpResponse(str(request.identity.by_hosted))


@private_page()
def leave_all(request):
    response = HttpResponse("out")
    sign_out_everywhere(request, response)
    return response


@private_page()
def who(request):
    person = request.identity.person
    return JsonResponse(
        {
            "sub": person.sub if person else "",
            "name": person.name if person else "",
            "groups": sorted(request.identity.groups),
            "signed_in": request.identity.signed_in,
            "unavailable": request.identity.unavailable,
            "guest": request.session.get("guest", ""),
        }
    )


@private_page()
def guest(request):
    request.session["guest"] = "kept"
    return HttpResponse("kept")


@private_page(deadline=20)
def token(request):
    return HttpResponse(access_token(request))


@private_page(deadline=20)
def bearer(request):
    return HttpResponse(bearer_of(request) or "as a guest")


@private_page()
def renewed(request):
    renew(request)
    return HttpResponse("ok")


@private_page()
def backend(request):
    asked = []

    def call(bearer):
        asked.append(bearer)
        if len(asked) <= int(request.GET["refusals"]):
            raise Unauthorized("customers", "GET /me", status=int(request.GET.get("status", "401")))
        return bearer

    with_token(request, call)
    return HttpResponse(str(len(set(asked))))


@private_page()
@signed_in()
@keeps_form(lambda: Form((*PLAIN, *SECRET)))
def form(request):
    if request.method == "POST":
        return HttpResponse(f"saved for {request.identity.person.name}")
    return JsonResponse(dict(kept_form(request)))


@private_page(methods=frozenset({"POST"}))
@signed_in()
def only_post(request):
    return HttpResponse("done")


@private_page()
@signed_in(recent=IDLE)
@keeps_form(lambda: Form(PLAIN))
def account(request):
    return HttpResponse("account")


@private_page()
@signed_in(fresh=FRESH)
def sensitive(request):
    return HttpResponse("sensitive")


@private_page()
@signed_in()
def left_meanwhile(request):
    request.session["step"] = "x"
    request.shop.sessions.delete(request.session.digest)
    return HttpResponse("never seen")


@private_page()
def devices(request):
    found = sessions_of(request)
    return JsonResponse({"all": [[d.handle, d.device, d.here] for d in found]})


@private_page()
def end_one(request):
    return HttpResponse(str(end_session(request, request.GET["handle"])))


@private_page()
def end_others(request):
    return HttpResponse(str(end_other_sessions(request)))


@public_page()
def public(request):
    return HttpResponse(str(request.identity.signed_in))


VIEWS = (
    *(
        enter,
        enter_gently,
        enter_and_fail,
        enter_and_lose,
        enter_for_good,
        enter_with_a_cart,
        leave,
        leave_and_note,
        leave_all,
        leave_all_and_note,
        by_hosted,
        hosted_still,
        who,
        guest,
        token,
        bearer,
        renewed,
        backend,
        form,
        only_post,
        account,
        sensitive,
    ),
    *(left_meanwhile, devices, end_one, end_others, public),
)
SIGN_IN = ([path("account/sign-in/", lambda _request: HttpResponse("sign in"), name="start")], "signin")


def new_browser(**headers) -> ShopClient:
    browser = ShopClient(headers=headers)
    browser.raise_request_exception = False
    return browser


def asks_to_sign_in(response, back: str, *, again: bool = False) -> bool:
    where = urlsplit(response.get("Location", response.get("HX-Redirect", "")))
    query = parse_qs(where.query)
    expected = {"next": [back]} | ({"again": ["1"]} if again else {})
    return response.status_code in {303, 204} and (where.path, query) == ("/ie/en/account/sign-in/", expected)


def grants(twins, kind):
    return [granted for (kept, _), granted in twins.people._memory._tokens.items() if kept == kind]
