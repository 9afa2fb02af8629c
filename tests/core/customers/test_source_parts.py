"""Rows of a file that sources say: who is believed, what the office has changed, what goes and what stays."""

from engine.core.customers.merging import Part
from engine.core.customers.parts import (
    ACCOUNT,
    ADDRESS,
    DEVICE,
    PERSON,
    Claim,
    FileRow,
    PartChange,
    Values,
    settle_parts,
)
from tests.support.source_rules import RULES

KD1 = {"line": "broadband", "number": "KD1", "state": "active", "since": "", "remark": ""}


def says(source: str, part: str = ACCOUNT, *, gone: bool = False, key: str = "1", **values: str) -> Claim:
    return Claim(record=(source, key), part=Part(part, values), gone=gone)


def kd1(source: str, *, gone: bool = False, **values: str) -> Claim:
    return says(source, gone=gone, line="broadband", number="KD1", **values)


def row(written: Values | None = KD1, **values: str) -> FileRow:
    return FileRow(
        part=ACCOUNT,
        id=7,
        values={**KD1, **values},
        written=written,
        record=("net", "1") if written else ("", ""),
    )


def only(claims: list[Claim], rows: list[FileRow]) -> PartChange:
    (change,), conflicts = settle_parts(claims, rows, RULES)
    assert conflicts == []
    return change


def test_what_nobody_has_comes_in_and_comes_in_once() -> None:
    change = only([kd1("net")], [])
    assert (change.id, change.after, change.written, change.record) == (0, KD1, KD1, ("net", "1"))
    assert settle_parts([kd1("net")], [row()], RULES) == ([], [])


def test_two_sources_speak_of_one_row_each_column_by_priority() -> None:
    change = only([kd1("net", state="stopped", remark="100M"), kd1("cable", state="arrears")], [])
    assert change.after == {**KD1, "state": "arrears", "remark": "100M"}
    assert change.record == ("cable", "1")


def test_who_has_no_say_in_accounts_or_is_unknown_is_not_heard() -> None:
    assert settle_parts([kd1("bills"), kd1("old")], [], RULES) == ([], [])


def test_a_source_changes_what_it_said_and_nothing_of_the_office() -> None:
    change = only([kd1("net", state="stopped", remark="200M")], [row(remark="找前台")])
    assert change.after == {**KD1, "state": "stopped", "remark": "找前台"}
    assert change.own == ("remark",)
    again = FileRow(
        part=ACCOUNT, id=7, values={**KD1, "remark": "200M"}, written={**KD1, "remark": "200M"},
        own=("remark",), record=("net", "1"),
    )  # fmt: skip
    assert only([kd1("net", remark="300M")], [again]).after == {**KD1, "remark": "200M"}


def test_another_number_is_another_row() -> None:
    changes, _ = settle_parts([says("net", line="broadband", number="KD2")], [row()], RULES)
    assert [(one.id, one.after and one.after["number"]) for one in changes] == [(7, None), (0, "KD2")]


def test_what_no_source_says_any_more_goes_unless_the_office_has_changed_it() -> None:
    assert (only([], [row()]).after, only([], [row()]).before) == (None, KD1)
    kept = only([], [row(remark="找前台")])
    assert (kept.after, kept.written) == ({**KD1, "remark": "找前台"}, None)
    assert settle_parts([], [row(None)], RULES) == ([], [])


def test_what_the_office_has_taken_out_stays_out() -> None:
    out = FileRow(part=ACCOUNT, id=7, values={}, written=KD1, record=("net", "1"), there=False)
    assert settle_parts([kd1("net", state="stopped")], [out], RULES) == ([], [])
    forgotten = only([], [out])
    assert (forgotten.before, forgotten.after, forgotten.written) == (None, None, None)


def test_a_row_of_the_office_gets_its_blanks_filled_only() -> None:
    change = only([kd1("net", state="stopped", remark="100M")], [row(None)])
    assert change.after == {**KD1, "remark": "100M"}
    assert change.own == ("line", "number", "state")
    # One that a source has put in beside it is not the office's.
    assert settle_parts([kd1("net")], [row(None), row()], RULES) == ([], [])


def test_vanished_records_speak_only_where_no_other_does() -> None:
    assert settle_parts([kd1("net", gone=True)], [row()], RULES) == ([], [])
    change = only([kd1("cable", gone=True, state="stopped"), kd1("tv")], [row(KD1)])
    assert (change.after, change.record) == ({**KD1, "state": "stopped"}, ("tv", "1"))
    heard = only([kd1("cable", gone=True, state="stopped"), kd1("tv", state="arrears")], [])
    assert heard.after == {**KD1, "state": "arrears"}


def test_equals_that_contradict_each_other_change_nothing_and_are_listed() -> None:
    claims = [kd1("net", remark="100M"), kd1("tv", remark="200M")]
    changes, (conflict,) = settle_parts(claims, [row()], RULES)
    assert changes[0].after == {**KD1, "remark": "100M"}
    assert (conflict.field, conflict.said) == ("accounts", (("net", "1", "100M"), ("tv", "1", "200M")))
    stands = {**KD1, "remark": "200M"}
    kept = FileRow(part=ACCOUNT, id=7, values=stands, written=stands, record=("net", "1"))
    assert settle_parts(claims, [kept], RULES)[0] == []
    own = FileRow(part=ACCOUNT, id=7, values=stands, written=KD1, own=("remark",), record=("net", "1"))
    assert settle_parts(claims, [own], RULES)[1] == []
    assert [one.field for one in settle_parts(claims, [], RULES)[1]] == ["accounts"]


def test_places_persons_and_devices_are_known_by_what_they_are() -> None:
    claims = [
        says("net", ADDRESS, community="东关小区", building="3号楼"),
        says("tv", ADDRESS, text="东关小区 ３号楼", node="G1"),
        says("net", PERSON, name="王芳"),
        says("tv", PERSON, name="王 芳", phones="13893812345"),
        says("net", DEVICE, kind="box", number="B1"),
        says("tv", DEVICE, kind="card", number="B1"),
    ]
    changes, _ = settle_parts(claims, [], RULES)
    assert [one.part for one in changes] == [ADDRESS, PERSON, DEVICE, DEVICE]
    place, person, *_ = [one.after or {} for one in changes]
    assert (place["node"], person["phones"]) == ("G1", "13893812345")
