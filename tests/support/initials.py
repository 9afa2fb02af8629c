"""The first letters of Chinese words, by a dictionary; the product has its own where it needs them."""


def initials_of(words: str) -> str:
    """`jt` of 接听. The dictionary is loaded when it is asked for: all workers collect all tests."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))
