"""The demo shop's pictures, drawn by the project: repeats, art, and studio mock-ups of the things that carry them."""
