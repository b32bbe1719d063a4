"""Routes of the account."""

from django.urls import path

from storefront.account import (
    address,
    addresses,
    authenticator,
    devices,
    email,
    export,
    leaving,
    orders,
    overview,
    passkeys,
    password,
    preferences,
    profile,
    reviews,
    security,
)

app_name = "account"
urlpatterns = [
    path("", overview.show, name="home"),
    path("profile/", profile.profile, name="profile"),
    path("addresses/", addresses.show, name="addresses"),
    path("addresses/new/", address.new, name="new_address"),
    path("addresses/<str:address_id>/", address.edit, name="address"),
    path("addresses/<str:address_id>/remove/", addresses.remove, name="remove_address"),
    path("addresses/<str:address_id>/restore/", addresses.restore, name="restore_address"),
    path("orders/", orders.show, name="orders"),
    path("reviews/", reviews.show, name="reviews"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("security/", security.show, name="security"),
    path("security/password/", password.password, name="password"),
    path("security/email/", email.email, name="email"),
    path("security/email/code/", email.confirm_email, name="confirm_email"),
    path("security/authenticator/", authenticator.authenticator, name="authenticator"),
    path("security/authenticator/end/", authenticator.end, name="end_authenticator"),
    path("security/passkeys/", passkeys.passkeys, name="passkeys"),
    path("security/passkeys/<str:passkey_id>/remove/", passkeys.remove, name="remove_passkey"),
    path("devices/", devices.show, name="devices"),
    path("devices/others/end/", devices.end_all, name="end_devices"),
    path("devices/all/end/", devices.end_everywhere, name="end_everywhere"),
    path("devices/<str:handle>/end/", devices.end, name="end_device"),
    path("data/", leaving.data, name="data"),
    path("data/export/", export.download, name="export"),
    path("data/delete/", leaving.delete, name="delete"),
    path("deleted/", leaving.deleted, name="deleted"),
]
