"""Addresses of categories and products."""

from django.urls import path

from storefront.catalog import product_views, views

app_name = "catalog"
urlpatterns = [
    path("c/<slug:slug>/", views.category, name="category"),
    path("p/<slug:handle>/", views.product, name="product"),
    path("p/<slug:handle>/delivery/", product_views.delivery, name="delivery"),
]
