"""Customers: who may see what, which of two files stays, how far somebody has come with us."""
