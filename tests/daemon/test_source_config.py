"""Sources in config.toml: what the guide shows can be used, and a slip is named."""

import re
from pathlib import Path

import pytest

from engine.config import ConfigError, parse_config
from engine.daemon.sources.rules import rules_of

ROOT = Path(__file__).parents[2]
SHIPPED = (ROOT / "config.toml").read_text(encoding="utf-8")
WITHOUT = SHIPPED[: SHIPPED.index("[[sources]]")]
GUIDES = ("docs/sources.md", "docs/sources.zh-CN.md")
BASE = '[[sources]]\nid = "x"\nname = "x"\n'


def examples() -> list[str]:
    texts = [(ROOT / guide).read_text(encoding="utf-8") for guide in GUIDES]
    return [block for text in texts for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL)]


@pytest.mark.parametrize("text", examples(), ids=lambda text: text.split('id = "')[1].split('"')[0])
def test_what_the_guide_shows_can_be_used(text: str) -> None:
    (source,) = parse_config(WITHOUT + text, "config.toml").sources
    assert source.enabled


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('kind = "sqlite"', "place"),
        ('kind = "sqlite"\nplace = "x.db"', "query"),
        ('kind = "http"\nplace = "ftp://x"', "http"),
        ('columns = ["户名"]', "HEADING=field"),
        ('columns = ["户名=nmae"]', "did you mean `name`"),
        ('fields = ["adress"]', "did you mean `address`"),
        ("match = []", "match"),
        ('kind = "sql"\nquery = "SELECT 1"\nplace = "mysql+pymysql://a:b@127.0.0.1/x"', "under secret"),
        ('kind = "ftp"', "ftp"),
        (BASE, "used twice"),
    ],
)
def test_a_slip_is_named(line: str, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        parse_config(f"{WITHOUT}{BASE}{line}\n", "config.toml")


def test_priorities_by_field() -> None:
    text = f'{WITHOUT}{BASE}priority = 7\nfields = ["address", "balance=10"]\ncolumns = ["a = b=name"]\n'
    (source,) = parse_config(text, "config.toml").sources
    rule = rules_of([source])["x"]
    assert [rule.rank(name) for name in ("address", "balance_fen", "name")] == [7, 10, None]
    assert source.chosen_columns == {"a = b": "name"}
