"""The wish list's routes."""

from django.urls import path

from storefront.wishlist import hearts, sharing, views

app_name = "wishlist"
urlpatterns = [
    path("", views.show, name="show"),
    path("items/", hearts.press, name="add"),
    path("items/remove/", views.remove, name="remove"),
    path("items/move/", views.move, name="move"),
    path("share/", sharing.share, name="share"),
    path("shared/<str:token>/", sharing.shared, name="shared"),
]
