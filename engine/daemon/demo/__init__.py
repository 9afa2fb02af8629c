"""The practice world: a whole centre on this machine, with callers who call by themselves."""
