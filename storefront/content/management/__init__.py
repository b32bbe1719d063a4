"""Commands for people who look after the shop's pages."""
