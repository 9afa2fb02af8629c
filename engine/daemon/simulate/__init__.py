"""A day in a call centre that nobody has to sit through: the floor alone, in virtual time."""
