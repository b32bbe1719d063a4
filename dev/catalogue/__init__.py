"""The catalogue side of the local stack: a product CSV importer, and a demo shop with drawn pictures."""
