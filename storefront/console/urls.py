"""Routes of the console."""

from django.urls import include, path

from storefront.console import experiments, explain, home, purge

app_name = "console"
urlpatterns = [
    path("", home.show, name="home"),
    path("purge/", purge.purge, name="purge"),
    path("explain/", explain.explain, name="explain"),
    path("flags/", include("storefront.console.flags.urls")),
    path("experiments/", experiments.listing, name="experiments"),
    path("experiments/<slug:key>/", experiments.experiment, name="experiment"),
]
