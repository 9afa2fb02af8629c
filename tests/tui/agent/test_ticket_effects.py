"""What is said before a deed is done to several tickets: deed, how many, whom or what they get."""

from collections.abc import Iterator

import pytest
from rich.cells import cell_len

from engine.core.tickets.records import Act
from engine.core.tickets.states import Deed, Escalation
from engine.core.tickets.types import Department, Words
from engine.wire.tickets import TicketPerson, TicketWords
from tests.support import world
from tests.support.stage_ticket_site import DEPARTMENTS, HOUR, STATION_PEOPLE
from tui.tickets.book import Book
from tui.tickets.effect import effect_lines
from tui.tickets.keys import IN_BULK
from tui.widgets.cells import wrap
from tui.widgets.confirm import WIDTH
from tui.words import Language, language_in_use, use_language

LONG = Department(
    id="long", words=Words("东山片区及石门口片区网络维护与客户服务中心站点第一班组", "East and gate " * 4)
)
BOOK = Book(
    TicketWords(
        types=[],
        departments=[*DEPARTMENTS, LONG],
        people=[
            TicketPerson(
                staff_number=one.staff_number, name=one.name, department=one.department, role=one.role
            )
            for one in STATION_PEOPLE
        ],
        problems=[],
    )
)
AT = world.NOW + 2 * HOUR
SAID: list[tuple[Act, list[str], list[str]]] = [
    (Act(deed=Deed.CLOSE), ["办结：6 张工单"], ["Close: 6 tickets"]),
    (
        Act(deed=Deed.DISPATCH, target="east"),
        ["6 张工单派到：东山维护站"],
        ["6 tickets go to: East station"],
    ),
    (
        Act(deed=Deed.DISPATCH, target="long"),
        ["6 张工单派到：东山片区及石门口片区网络维护与客户服务中心站.."],
        ["6 tickets go to: East and gate East and gate East and gate.."],
    ),
    (
        Act(deed=Deed.ASSIGN, target="8011"),
        ["6 张工单指派给：马师傅 8011"],
        ["6 tickets are assigned to: 马师傅 8011"],
    ),
    (
        Act(deed=Deed.ASSIGN, target="老李"),  # somebody without a staff number
        ["6 张工单指派给：老李"],
        ["6 tickets are assigned to: 老李"],
    ),
    (
        Act(deed=Deed.OWN, target="8021", text="leave"),
        ["6 张工单的责任人改为：赵站长 8021", "原因：leave"],
        ["6 tickets are from now on owned by: 赵站长 8021", "Reason: leave"],
    ),
    (
        Act(deed=Deed.MERGE, target="260302001"),
        ["6 张工单并入：260302001"],
        ["6 tickets are merged into: 260302001"],
    ),
    (
        Act(deed=Deed.ESCALATE, code=Escalation.SUPERVISOR, text="late"),
        ["6 张工单报班长", "原因：late"],
        ["6 tickets are escalated to the supervisor", "Reason: late"],
    ),
    (
        Act(deed=Deed.SUSPEND, code="customer", text="away"),
        ["6 张工单挂起：等客户（时限暂停）", "原因：away", "不定恢复时间，由人恢复"],
        [
            "6 tickets wait: for the customer (the clocks stand still)",
            "Reason: away",
            "They wait until somebody goes on with them",
        ],
    ),
    (
        Act(deed=Deed.EXPECT, at=AT),
        ["6 张工单约定时间：今天 11:30"],
        ["6 tickets are promised by: today 11:30"],
    ),
    (
        Act(deed=Deed.REPLY, text="works"),
        ["回复：6 张工单", "答复客户：works"],
        ["Reply: 6 tickets", "The customers were told: works"],
    ),
    (
        Act(deed=Deed.REMARK, text="one\ntwo"),
        ["备注：6 张工单", "内容：one two"],
        ["Remark: 6 tickets", "It says: one two"],
    ),
    (
        Act(deed=Deed.CANCEL, text="double"),
        ["撤销：6 张工单", "原因：double"],
        ["Withdraw: 6 tickets", "Reason: double"],
    ),
]


@pytest.fixture(autouse=True)
def _restore_language() -> Iterator[None]:
    before = language_in_use()
    yield
    use_language(before)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("act", "chinese", "english"), SAID, ids=lambda one: getattr(one, "deed", None))
def test_the_question_names_deed_count_and_target(
    act: Act, chinese: list[str], english: list[str], language: Language
) -> None:
    use_language(language)
    lines = effect_lines(act, 6, BOOK, world.NOW, world.ZONE)
    assert lines == (chinese if language == "zh" else english)
    assert cell_len(lines[0]) <= WIDTH


def test_every_deed_for_several_that_has_a_target_is_said() -> None:
    plain = {Deed.VERIFY, Deed.ACCEPT, Deed.RESUME}  # like Close
    assert {act.deed for act, _, _ in SAID} == IN_BULK - plain


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_long_text_leaves_the_keys_in_sight(language: Language) -> None:
    use_language(language)
    lines = effect_lines(Act(deed=Deed.CANCEL, text="重复" * 400), 6, BOOK, world.NOW, world.ZONE)
    assert lines[-1].endswith("..")
    assert len([part for one in lines for part in wrap(one, WIDTH)]) <= 5
