"""Guest checkout: contact, delivery, payment, review; then the provider's page, and the way back from it."""
