"""Django settings: `base` for all, then one module per kind of place the shop runs in."""

MODULES = {
    "development": "config.settings.development",
    "test": "config.settings.test",
    "production": "config.settings.production",
}
