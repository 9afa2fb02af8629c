"""The catalogue of prompts: places for values, fixed parts, numbers that staff key in."""

import pytest

from engine.core.voice.catalogue import Catalogue, CatalogueError, parse_catalogue
from engine.core.voice.template import Slot, ValueKind

BALANCE = """
[balance]
number = 12
zh = "{name},{site}提醒您:余额是{balance:money}。"
en = "{site}: your balance is {balance:money}, {name}"

[greeting]
number = 1
zh = "您好"
en = "Hello"

[beep]
tone_hz = 1000
milliseconds = 200
number = 99
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return parse_catalogue(BALANCE)


def test_a_text_is_cut_at_its_places(catalogue: Catalogue) -> None:
    money, name = Slot("balance", ValueKind.MONEY), Slot("name", ValueKind.TEXT)
    balance = catalogue["balance"]
    assert balance.slots == {money, name}
    assert balance.parts("zh", site_name="广电") == (name, ",广电提醒您:余额是", money, "。")
    assert balance.parts("en", site_name="TV") == ("TV: your balance is ", money, ", ", name)
    assert catalogue["greeting"].parts("zh", site_name="") == ("您好",)


def test_words_between_values_have_sounds_of_their_own_and_signs_have_none(catalogue: Catalogue) -> None:
    parts = catalogue["balance"].fixed_parts()
    assert [(part.prompt_id, part.text("zh", site_name="广电")) for part in parts] == [
        ("balance-1", ",广电提醒您:余额是")
    ]
    assert [part.number for part in parts] == [12]
    assert catalogue["greeting"].fixed_parts() == ()
    assert [part.text("en", site_name="TV") for part in parts] == ["TV: your balance is "]


def test_a_language_with_more_words_has_more_parts() -> None:
    uneven = parse_catalogue('[x]\nzh = "欠费{owed:money}"\nen = "You owe {owed:money} now"\n')
    assert [dict(part.texts) for part in uneven["x"].fixed_parts()] == [
        {"zh": "欠费", "en": "You owe "},
        {"en": " now"},
    ]
    assert sum(sound.prompt_id.startswith("x") for sound in uneven.sounds("zh")) == 1
    assert sum(sound.prompt_id.startswith("x") for sound in uneven.sounds("en")) == 2


def test_what_has_a_sound_file(catalogue: Catalogue) -> None:
    sounds = [prompt.prompt_id for prompt in catalogue.sounds("zh")]
    assert sounds[:3] == ["balance-1", "greeting", "beep"]
    assert sounds[3:5] == ["number_0", "number_1"]
    assert "balance-1" not in catalogue


def test_staff_key_in_a_number(catalogue: Catalogue) -> None:
    found = catalogue.by_number(12)
    assert found is not None
    assert found.prompt_id == "balance"
    assert catalogue.by_number(13) is None
    assert catalogue.by_number(0) is None


def test_the_names_of_values(catalogue: Catalogue) -> None:
    assert catalogue.values_of() == {"balance": {"balance", "name"}}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ('zh = "欠{owed:money}"\nen = "You owe"', "text `en` has no {owed:money}"),
        ('zh = "欠费"\nen = "You owe {owed:money}"', "text `zh` has no {owed:money}"),
        ('zh = "欠{owed:money}"\nen = "owe {owed}"', "has no {owed:"),
        ('zh = "欠{owed:cash}"\nen = "owe {owed:cash}"', "a kind is one of"),
        ('zh = "欠{owed"\nen = "owe"', "brace"),
        ('zh = "欠"\nen = "owe"\nnumber = 0', "from 1 to 9999"),
        ('zh = "欠"\nen = "owe"\nnumber = "1"', "from 1 to 9999"),
        ('zh = "欠"\nen = "owe"\nnumbr = 1', "did you mean `number`"),
        (
            'zh = "欠"\nen = "owe"\n[y]\nzh = "a"\nen = "b"\nnumber = 3\n[z]\nzh = "a"\nen = "b"\nnumber = 3',
            "[y]",
        ),
    ],
)
def test_what_cannot_be_said_is_refused(entry: str, words: str) -> None:
    with pytest.raises(CatalogueError) as refused:
        parse_catalogue(f"[x]\n{entry}\n")
    assert words in str(refused.value)
