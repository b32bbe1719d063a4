"""The cart's routes."""

from django.urls import path

from storefront.cart import views

app_name = "cart"
urlpatterns = [
    path("", views.show, name="show"),
    path("lines/", views.add, name="add"),
    path("lines/<str:line_id>/", views.change, name="change"),
]
