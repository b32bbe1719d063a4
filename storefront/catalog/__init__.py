"""What the shop sells: categories as lists with facets, and products with their variants."""
