"""The outage detector: enough faults in one place and time, told once, and the right place."""

from engine.core.tickets.suspects import Group, Report, suspects

MINUTE = 60_000
NOW = 1_000 * MINUTE


def reports(count: int, line: str = "tv", area: str = "东山", node: str = "", first: int = 0) -> list[Report]:
    return [
        Report(number=f"n{first + n:03}", line=line, area=area, node=node, at=NOW - (count - n) * MINUTE)
        for n in range(count)
    ]


def found(several: list[Report], faults: int = 3, minutes: int = 60, **values: list[str]) -> list[Group]:
    return suspects(several, faults, minutes, NOW, **values)


def test_enough_faults_of_one_area_are_suspected() -> None:
    (group,) = found(reports(3))
    assert (group.line, group.area, group.node) == ("tv", "东山", "")
    assert group.numbers == ("n000", "n001", "n002")
    assert (group.since, group.at) == (NOW - 3 * MINUTE, NOW - MINUTE)
    assert found(reports(2)) == []


def test_other_lines_and_areas_do_not_count_together() -> None:
    assert found(reports(2) + reports(2, line="broadband", first=5)) == []
    assert found(reports(2) + reports(2, area="西川", first=5)) == []
    assert found(reports(9, area="")) == []


def test_what_is_older_than_the_time_does_not_count() -> None:
    assert found(reports(3), minutes=3) != []
    assert found(reports(3), minutes=2) == []


def test_a_site_without_the_detector_is_told_nothing() -> None:
    assert found(reports(9), faults=0) == []


def test_what_belongs_to_an_outage_is_not_counted_again() -> None:
    of_outage = [
        Report(number=one.number, line="tv", area="东山", at=one.at, outage_id=4) for one in reports(3)
    ]
    assert found(of_outage + reports(2, first=5)) == []


def test_what_was_dismissed_is_not_suggested_again_but_as_many_new_ones_are() -> None:
    dismissed = [one.number for one in reports(3)]
    assert found(reports(3), dismissed=dismissed) == []
    assert found(reports(5), dismissed=dismissed) == []
    (group,) = found(reports(6), dismissed=dismissed)
    assert group.numbers == ("n003", "n004", "n005")


def test_a_customer_who_reports_twice_counts_once() -> None:
    same = [Report(number=f"n{n}", line="tv", area="东山", at=NOW, customer="c1") for n in range(5)]
    assert found(same) == []
    (group,) = found([*same, *reports(2, first=8)])
    assert len(group.numbers) == 7


def test_a_node_is_suspected_rather_than_its_area() -> None:
    (group,) = found(reports(4, node="A") + reports(2, node="B", first=10))
    assert (group.area, group.node, len(group.numbers)) == ("东山", "A", 4)


def test_an_area_is_suspected_rather_than_its_nodes() -> None:
    (group,) = found(reports(3, node="A") + reports(3, node="B", first=10))
    assert (group.area, group.node, len(group.numbers)) == ("东山", "", 6)
    (mixed,) = found(reports(3, node="A") + reports(3, first=10))
    assert (mixed.node, len(mixed.numbers)) == ("", 6)


def test_a_node_of_two_areas_is_suspected_by_itself() -> None:
    (group,) = found(reports(2, node="A") + reports(1, area="西川", node="A", first=10))
    assert (group.area, group.node) == ("", "A")


def test_several_are_told_the_oldest_first() -> None:
    groups = found(reports(3, line="broadband") + reports(5, first=10))
    assert [group.line for group in groups] == ["tv", "broadband"]
