"""Tickets: their steps, files and clocks."""

TICKETS: tuple[str, ...] = ()
