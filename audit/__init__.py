"""What a stranger with good tools would measure of the shop's pages, by one command: `make audit`."""
