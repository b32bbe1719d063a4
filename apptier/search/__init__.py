"""The search service: products by text and facets, and suggestions while typing, over OpenSearch."""
