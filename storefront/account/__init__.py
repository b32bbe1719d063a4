"""The account of somebody who is signed in: what the shop knows of them, and what they can do about it."""
