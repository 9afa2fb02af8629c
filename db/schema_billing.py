"""Tables of the embedded billing side: passwords, bills, packages on offer, recharge cards, payments."""

BILLING: tuple[str, ...] = ()
