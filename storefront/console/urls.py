"""Routes of the console."""

from django.urls import path

from storefront.console import explain, home, purge

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("purge/", purge.purge, name="purge"),
    path("explain/", explain.explain, name="explain"),
]
