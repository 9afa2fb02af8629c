"""Tickets while the engine runs: their types, clocks, files, watchers, and what looks like an outage."""
