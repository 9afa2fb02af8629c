"""`fourseat billing` and `fourseat customers set-password`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.stage import Stage
from tests.tui.cli.conftest import Command

TABLES = {
    "billing-payments": ["billing", "payments"],
    "billing-cards": ["billing", "cards"],
    "billing-unknown": ["billing", "unknown"],
}
CARDS = "卡号,密码,面值,批次\n3300000000000017,481516234200,50,A\n,999777555333,50,A\n"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", TABLES)
def test_tables(
    stage: Stage, fourseat: Command, golden: Callable[[str, str], None], name: str, lang: str
) -> None:
    outcome = fourseat(*TABLES[name], lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"{name}.{lang}.txt", outcome.out)


@pytest.mark.parametrize("name", TABLES)
def test_json(stage: Stage, fourseat: Command, golden: Callable[[str, str], None], name: str) -> None:
    outcome = fourseat(*TABLES[name], "--json")
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"{name}.json", outcome.out)


def test_only_locked_cards(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("billing", "cards", "--locked", "--json")
    assert [card["state"] for card in outcome.json["cards"]] == ["locked"]


def test_unlocking(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("billing", "unlock", "3300000000000018")
    assert (outcome.code, outcome.out) == (0, "3300000000000018 已解锁;清除 3 次输错记录\n")
    assert fourseat("billing", "unlock", "1").code == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_importing_cards(stage: Stage, fourseat: Command, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "充值卡.csv"
    path.write_bytes(CARDS.encode(encoding))
    outcome = fourseat("billing", "import-cards", str(path), "--bad-rows", str(tmp_path / "bad.csv"))
    assert outcome.code == 1
    assert "481516234200" not in outcome.out + outcome.err
    assert "999777555333" not in outcome.out + outcome.err
    assert [line.split() for line in outcome.out.splitlines() if line.strip().startswith("3 ")] == [
        ["3", "号码", "没有填写"]
    ]
    bad = (tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()
    assert bad == ["卡号,密码,面值,批次,行号,字段,原因", ",999777555333,50,A,3,号码,没有填写"]
    sent = [params for name, params in stage.requests if name == "billing.import_rows"]
    assert [(params.kind, params.dry_run, params.last) for params in sent] == [
        ("cards", False, False),
        ("cards", False, True),
    ]


def test_no_secret_in_json(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    path = tmp_path / "cards.csv"
    path.write_text(CARDS, encoding="utf-8")
    outcome = fourseat("billing", "import-cards", str(path), "--dry-run", "--json")
    assert outcome.json["dry_run"] is True
    assert [row["line"] for row in outcome.json["bad"]] == [3]
    assert "999777555333" not in outcome.out


@pytest.mark.parametrize(
    ("command", "kind", "text"),
    [
        ("import-bills", "bills", "客户编号,月份,项目,金额\n20000001,2026-10,点播,5.00\n"),
        ("import-offers", "offers", "名称,价格\n少儿动画包,15\n"),
    ],
)
def test_other_lists(
    stage: Stage, fourseat: Command, tmp_path: Path, command: str, kind: str, text: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    outcome = fourseat("billing", command, str(path), "--json")
    assert (outcome.code, outcome.json["added"]) == (0, 1)
    assert stage.requests[-1][1].kind == kind


def test_a_file_that_fits_nothing(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    outcome = fourseat("billing", "import-cards", str(path))
    assert outcome.code == 1
    assert outcome.err


def test_a_password_is_shown_once_and_only_when_somebody_said_yes(stage: Stage, fourseat: Command) -> None:
    refused = fourseat("customers", "set-password", "20000001")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert not [name for name, _ in stage.requests if name == "customer.set_password"]
    done = fourseat("customers", "set-password", "20000001", "--yes")
    assert (done.code, done.err) == (0, "")
    assert "840271" in done.out


def test_a_password_of_ones_own(stage: Stage, fourseat: Command) -> None:
    arguments = ("customers", "set-password", "20000001", "--yes", "--password-stdin", "--json")
    assert fourseat(*arguments, stdin="739102\n").json["password"] == "739102"
    weak = fourseat(*arguments, stdin="123456\n")
    assert weak.code == 1
    assert "password_weak" not in weak.err
    assert "too easy to guess" in weak.err or "太容易猜到" in weak.err
