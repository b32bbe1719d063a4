"""Address of the header's personal fragment."""

from django.urls import path

from storefront.visitor import views

app_name = "visitor"
urlpatterns = [path("fragments/personal/summary/", views.summary, name="summary")]
