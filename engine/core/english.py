def normalise(text: str) -> str:
    return text
