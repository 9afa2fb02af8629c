"""What callers hear, as words: the catalogue of prompts, the values in them, and how both are spoken."""
