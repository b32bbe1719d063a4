"""The demo shop's pictures, drawn by the project: repeats, art, and studio mock-ups that carry them."""
