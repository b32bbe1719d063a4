"""The one personal fragment of the header: how much is in the cart, and words in passing."""
