"""Configuration of the web tier: what the environment says, turned into checked values."""
