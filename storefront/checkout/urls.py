"""Checkout's routes: the steps, placing the order, and the way back from the payment page."""

from django.urls import path

from storefront.checkout import placing, views

app_name = "checkout"
urlpatterns = [
    path("", views.start, name="start"),
    path("contact/", views.contact, name="contact"),
    path("delivery/", views.delivery, name="delivery"),
    path("payment/", views.payment, name="payment"),
    path("review/", views.review, name="review"),
    path("place/", placing.place_order, name="place"),
    path("checking/", placing.checking, name="checking"),
    path("return/<str:order_id>/", placing.back, name="return"),
    path("cancel/<str:order_id>/", placing.cancel, name="cancel"),
]
