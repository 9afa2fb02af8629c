"""What callers key in secretly: a day of it, and nowhere is it written down."""

import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from db.billing_identities import set_password
from db.journal import JournalRow, read_journal
from engine.core.floor import Floor
from tests.db.billing_world import new_customer
from tests.support.fake_asterisk import FakeCaller
from tests.support.quick_hash import quick_hash
from tests.support.replay import replay
from tests.support.site import HOME, FakeSite
from tests.support.until import until

pytestmark = pytest.mark.asyncio

PASSWORD, WRONG, NEW, CARD_SECRET = "8402719", "5319086", "6650428", "739146820574"
_SENTENCE = re.compile(r"[0-9a-f]{32}")
# What the caller keys in where these words are said, the last one again and again.
KEYS = {
    "main_menu": ["5"],
    "enter_account": ["20000001#"],
    "enter_password": [WRONG + "#", "12*" + PASSWORD + "#"],
    "account_menu": ["3", "53"],
    "enter_card": ["4711471147#"],
    "enter_card_secret": [CARD_SECRET + "#"],
    "card_wrong": ["*"],
    "enter_new_password": [NEW + "#"],
    "enter_password_again": [NEW + "#"],
}


@pytest_asyncio.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSite]:
    """A site with the shipped menu, and one customer with a password."""
    monkeypatch.setattr(
        "tests.support.site.use_classic_flow", lambda folder: (folder / "flows").symlink_to(HOME / "flows")
    )
    site = FakeSite(tmp_path)
    await site.start()
    account = site.service.store.submit(new_customer, "20000001").result()
    site.service.store.submit(
        set_password, account.customer_id, quick_hash(PASSWORD), 0, forget_tries=False
    ).result()
    yield site
    await site.stop()


class Keyboard:
    """A caller who knows the menu, and which prompts were heard."""

    def __init__(self, caller: FakeCaller) -> None:
        self._caller = caller
        self._left = ""
        self._waits_long = False
        self._times: dict[str, int] = {}
        self.heard: list[str] = []

    async def until_hears(self, last: str) -> None:
        """Press keys until these words are said."""
        while last not in self.heard:
            command = await self._caller.command()
            assert command, f"the session was closed after {self.heard}"
            if self._waits_long:  # for a key between two sentences, until the next command
                self._caller.send("200 result=1")
            self._waits_long = command == "WAIT FOR DIGIT 3600000"
            if not self._waits_long:
                self._caller.send(f"200 result={self._answer(command)} endpos=80")

    def _answer(self, command: str) -> int:
        word, _, rest = command.partition(" ")
        if word == "WAIT":
            if not self._left and self.heard[-1] == "enter_card":
                return ord("1")  # the card's number is read back, too late to be heard
            key, self._left = self._left[:1], self._left[1:]
            return ord(key) if key else 0
        if word != "STREAM":
            return 1
        prompt = rest.split('"')[1].rpartition("/")[2]
        self.heard.append(prompt)
        if self._left:
            return 0
        if _SENTENCE.fullmatch(prompt):  # the number of the card, read back
            return ord("1")
        if prompt not in KEYS:
            return 0
        times = self._times[prompt] = self._times.get(prompt, 0) + 1
        keys = KEYS[prompt][min(times, len(KEYS[prompt])) - 1]
        self._left = keys[1:]
        return ord(keys[0])


def written(site: FakeSite) -> str:
    """Everything that is in the files of the site, the database among them."""
    files = [path for path in site.service.paths.data.rglob("*") if path.is_file()]
    assert site.service.paths.database in files
    return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in files)


async def a_day(site: FakeSite) -> list[JournalRow]:
    """Somebody signs in at the second try, pays with a card that is none, and changes the password."""
    caller = await site.call("c1", cli="13800000009")
    keyboard = Keyboard(caller)
    await keyboard.until_hears("password_changed")
    caller.hang_up()
    caller.close()
    await site.customer_hangs_up("c1")
    await until(lambda: "0 calls" in site.floor)
    await site.settle()
    return [row for _, row in site.service.store.submit(read_journal).result()]


async def test_no_secret_is_written_down_anywhere(site: FakeSite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    rows = await a_day(site)
    outcomes = [row.body for row in rows if row.kind == "event.ServiceAnswered"]
    assert sum('"done"' in body for body in outcomes) == 1, "the password was changed"
    everything = written(site) + caplog.text
    assert "4711471147" in everything  # what is not secret is there: it was looked for in the right places
    for secret in (PASSWORD, WRONG, NEW, CARD_SECRET):
        assert secret not in everything
    assert repr(site.service.engine.vault) == "<Vault 0 calls>"


async def test_a_day_of_self_service_told_again_has_the_same_effects(site: FakeSite) -> None:
    rows = await a_day(site)
    assert {"effect.AskService", "event.ServiceAnswered"} <= {row.kind for row in rows}
    assert replay(rows, Floor(site.service.engine.plan, rows[0].at)) == []


async def test_a_secret_whose_last_key_comes_after_the_hang_up_is_kept_for_nobody(site: FakeSite) -> None:
    caller = await site.call("c1", cli="13800000009")
    await Keyboard(caller).until_hears("enter_password")
    await site.customer_hangs_up("c1")
    await until(lambda: "0 calls" in site.floor)
    for key in WRONG[1:] + "#":
        assert (await caller.command()).startswith("WAIT FOR DIGIT")
        caller.send(f"200 result={ord(key)}")
    caller.close()
    await site.settle()
    assert repr(site.service.engine.vault) == "<Vault 0 calls>"
