"""How products are rated: read by whoever shows a product, counted by the reviews service alone."""

from apptier.ratings.summaries import Rating, Ratings, rating_key

__all__ = ["Rating", "Ratings", "rating_key"]
