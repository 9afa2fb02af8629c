"""What is known of customers beside their rows: persons, addresses, accounts, devices, sources."""

CUSTOMER_FILES: tuple[str, ...] = ()
