"""Routes of signing in, up and out."""

from django.urls import path

from storefront.signin import challenges, hosted, joining, passkeys, resetting, views

app_name = "signin"
urlpatterns = [
    path("sign-in/", views.start, name="start"),
    path("sign-in/code/", challenges.challenge, name="challenge"),
    path("sign-in/new-password/", challenges.new_password, name="new_password"),
    path("sign-in/set-up/", challenges.set_up, name="set_up"),
    path("sign-in/passkey/", passkeys.passkey, name="passkey"),
    path("sign-up/", joining.sign_up, name="sign_up"),
    path("confirm/", joining.confirm, name="confirm"),
    path("confirm/again/", joining.resend, name="resend"),
    path("forgot/", resetting.forgot, name="forgot"),
    path("reset/", resetting.reset, name="reset"),
    path("hosted/", hosted.hosted, name="hosted"),
    path("callback/", hosted.callback, name="callback"),
    path("sign-out/", views.out, name="out"),
]
