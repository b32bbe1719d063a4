"""Payments (PaymentMx): a test provider with a hosted page and signed webhooks, one payment per order."""
