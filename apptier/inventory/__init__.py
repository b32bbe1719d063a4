"""How many of each SKU there are: read, set, taken and given back, never below zero."""

from apptier.inventory.levels import LOW_STOCK, Inventory, Level, LevelChange, availability

__all__ = ["LOW_STOCK", "Inventory", "Level", "LevelChange", "availability"]
