"""Subscriber systems: when each is looked at, a worker that reads it, and rows that become customers."""
