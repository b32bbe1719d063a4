"""The content service: the home page, menus and pages that merchandisers write."""
