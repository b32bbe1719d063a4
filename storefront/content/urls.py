"""Addresses of the home page and the plain pages."""

from django.urls import path

from storefront.content import views

app_name = "content"
urlpatterns = [
    path("", views.home, name="home"),
    path("pages/<slug:slug>/", views.page, name="page"),
]
