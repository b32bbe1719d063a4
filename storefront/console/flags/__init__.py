"""Flags in the console: what is declared, who gets what, who changed it and why, and how it is changed."""
