"""Addresses of the results page, the suggestions, and cards by name."""

from django.urls import path

from storefront.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="results"),
    path("fragments/public/suggest/", views.suggest, name="suggest"),
    path("fragments/public/cards/", views.cards, name="cards"),
]
