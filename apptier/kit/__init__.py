"""What every service of the reference backend shares: settings, problems, tables, tokens, markets, events."""
