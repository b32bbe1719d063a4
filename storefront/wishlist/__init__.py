"""The wish list: save a product, look at what was saved, share it, move it to the cart."""
