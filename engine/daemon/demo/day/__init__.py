"""A day of tickets: customers call, scripted people see to what they want, and the engine is killed."""
