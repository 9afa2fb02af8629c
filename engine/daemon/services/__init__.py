"""What callers ask by keys, answered: one module a family of services, one desk in front of them."""
