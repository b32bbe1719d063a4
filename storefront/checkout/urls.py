"""Checkout's routes: the steps, placing the order, and the way back from the payment page."""

from django.urls import path

from storefront.checkout import delivery, placing, resolving, review, views

app_name = "checkout"
urlpatterns = [
    path("", views.start, name="start"),
    path("contact/", views.contact, name="contact"),
    path("delivery/", delivery.delivery, name="delivery"),
    path("payment/", views.payment, name="payment"),
    path("review/", review.review, name="review"),
    path("code/", review.code, name="code"),
    path("place/", placing.place_order, name="place"),
    path("checking/", resolving.checking, name="checking"),
    path("return/<str:order_id>/", resolving.back, name="return"),
    path("cancel/<str:order_id>/", placing.cancel, name="cancel"),
]
