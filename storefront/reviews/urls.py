"""Addresses of reviews."""

from django.urls import path

from storefront.reviews import views

app_name = "reviews"
urlpatterns = [
    path("fragments/public/reviews/<slug:handle>/", views.section, name="list"),
    path("p/<slug:handle>/reviews/", views.page, name="page"),
    path("p/<slug:handle>/reviews/new/", views.write, name="write"),
    path("p/<slug:handle>/reviews/thanks/", views.thanks, name="thanks"),
    path("p/<slug:handle>/reviews/<slug:review_id>/helpful/", views.helpful, name="helpful"),
]
