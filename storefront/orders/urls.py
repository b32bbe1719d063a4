"""Routes of orders that were placed."""

from django.urls import path

from storefront.orders import finding, views

app_name = "orders"
urlpatterns = [
    path("", finding.find, name="find"),
    path("<str:order_id>/", views.confirmation, name="confirmation"),
    path("<str:order_id>/again/", views.again, name="again"),
]
