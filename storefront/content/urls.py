"""Addresses of the home page, landing pages and plain pages."""

from django.urls import path

from storefront.content import views

app_name = "content"
urlpatterns = [
    path("", views.home, name="home"),
    path("l/<slug:slug>/", views.landing, name="landing"),
    path("pages/<slug:slug>/", views.page, name="page"),
]
