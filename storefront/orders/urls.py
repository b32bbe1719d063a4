"""Routes of orders that were placed."""

from django.urls import path

from storefront.orders import views

app_name = "orders"
urlpatterns = [path("<str:order_id>/", views.confirmation, name="confirmation")]
