"""The console: pages for those who run the shop, for nobody else. It is in no region and in no cache."""
