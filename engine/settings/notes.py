"""What the comments of config.toml say of each key, in Chinese and, behind a slash, in English."""

import re

_HEADING = re.compile(r"\[+([a-z_]+)[\].]")
_CHINESE = re.compile(r"[\u3000-\uffef]")
_KEY = re.compile(r"([a-z_]+) *= *(?:\"[^\"]*\"|\[[^]]*\]|[^#\"\[]*) *# *(.+)")


def notes(text: str) -> dict[tuple[str, str], tuple[str, str]]:
    """By section and key: the meaning in both languages, empty where the comment has it in one only."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    section = ""
    for row in text.splitlines():
        if heading := _HEADING.match(row):
            section = heading.group(1)
        elif key := _KEY.match(row):
            found.setdefault((section, key.group(1)), _both(key.group(2).strip()))
    return found


def _both(comment: str) -> tuple[str, str]:
    chinese, slash, english = comment.partition(" / ")
    if not _CHINESE.search(comment):
        return comment, comment
    return (chinese.strip(), english.strip()) if slash and not _CHINESE.search(english) else (comment, "")
