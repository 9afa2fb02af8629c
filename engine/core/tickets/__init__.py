"""Tickets: what a customer wants until somebody has seen to it and told the customer so."""
