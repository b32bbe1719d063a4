"""What buyers say: a product's reviews as section and page, and the form to write one."""
