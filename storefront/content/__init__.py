"""The home page and the plain pages that merchandisers write."""
