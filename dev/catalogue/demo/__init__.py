"""The demo shop: a house of printed things, written down in compact tables and multiplied by rule."""
