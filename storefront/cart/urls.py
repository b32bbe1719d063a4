"""The cart's routes."""

from django.urls import path

from storefront.cart import adding, views

app_name = "cart"
urlpatterns = [
    path("", views.show, name="show"),
    path("lines/", adding.add, name="add"),
    path("lines/<str:line_id>/", views.change, name="change"),
    path("undo/", adding.restore, name="undo"),
    path("unmerge/", views.unmerge, name="unmerge"),
    path("code/", views.code, name="code"),
    path("estimate/", views.estimate, name="estimate"),
]
