"""The cache of sentences: limited, the longest unused go first, and nothing half written is played."""

import os
import time
from pathlib import Path

import pytest

from engine.adapters.speech.cache import SentenceCache

MINUTES = 60


@pytest.fixture
def cache(tmp_path: Path) -> SentenceCache:
    cache = SentenceCache(tmp_path, 3000)
    cache.make_folders(("zh", "en"))
    return cache


def put(cache: SentenceCache, key: str, *, minutes_ago: float = 60, size: int = 1000) -> Path:
    path = cache.place("zh", key)
    path.write_bytes(bytes(size))
    cache.add(path)
    then = time.time() - minutes_ago * MINUTES
    os.utime(path, (then, then))
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*/*")}


def test_what_is_there_is_found_and_what_is_not_is_not(cache: SentenceCache) -> None:
    path = put(cache, "a")
    assert cache.find(path)
    assert not cache.find(cache.place("en", "a"))
    assert repr(cache) == "<SentenceCache 1 files, 1000 bytes, 1 of 2 found>"


def test_the_longest_unused_goes_first(cache: SentenceCache, tmp_path: Path) -> None:
    first, second = put(cache, "a"), put(cache, "b")
    put(cache, "c")
    assert cache.find(first)
    put(cache, "d")
    assert names(tmp_path) == {"a.wav", "c.wav", "d.wav"}
    assert not cache.find(second)
    assert cache.size_bytes == 3000


def test_what_may_be_playing_is_kept(cache: SentenceCache, tmp_path: Path) -> None:
    for key in "abcd":
        put(cache, key, minutes_ago=0)
    assert len(names(tmp_path)) == 4


def test_the_order_outlives_the_engine_and_what_a_crash_left_is_removed(
    cache: SentenceCache, tmp_path: Path
) -> None:
    put(cache, "new", minutes_ago=10)
    put(cache, "old", minutes_ago=20)
    for name, data in ((".x.wav.part", b"RIFF"), ("empty.wav", b"")):
        (tmp_path / "zh" / name).write_bytes(data)
    again = SentenceCache(tmp_path, 2500)
    again.load()
    assert again.size_bytes == 2000
    put(again, "newest", minutes_ago=0)
    assert names(tmp_path) == {"new.wav", "newest.wav"}


def test_a_file_that_somebody_removed_is_no_longer_counted(cache: SentenceCache) -> None:
    put(cache, "a").unlink()
    assert not cache.find(cache.place("zh", "a"))
    assert cache.size_bytes == 0


def test_a_file_that_came_late_is_found_and_counted(cache: SentenceCache) -> None:
    cache.place("zh", "late").write_bytes(bytes(500))
    assert cache.find(cache.place("zh", "late"))
    assert cache.size_bytes == 500
