"""The first letters of Chinese words, by a dictionary; the product has its own where it needs them."""


def initials_of(words: str) -> str:
    """`jt` of 接听. The dictionary is loaded when it is asked for: all workers collect all tests."""
    from pypinyin import Style, constants, lazy_pinyin, load_phrases_dict

    if not constants.PHRASES_DICT:  # a test of names was here before, and names need no phrases
        from pypinyin.phrases_dict import phrases_dict

        load_phrases_dict(phrases_dict)
    return "".join(lazy_pinyin(words, style=Style.FIRST_LETTER))
