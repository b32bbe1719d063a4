"""Address of the living page of components."""

from django.urls import path

from storefront.styleguide import views

app_name = "styleguide"
urlpatterns = [path("", views.show, name="show")]
