"""Knowledge and paper through real sockets: articles, diagnoses, reading out, forms printed and entered."""

import base64
import json
import re
import shutil
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from engine.adapters.paper import NotPrinted, PaperFailed, printing
from engine.adapters.paper.jobs import from_line
from engine.config import Config
from engine.core.knowledge.articles import Article, ArticleState, UseKind
from engine.core.knowledge.trees import Finding
from engine.core.tickets.paper import form_numbers
from engine.core.tickets.records import Act, NewTicket
from engine.core.tickets.states import Deed, TicketState
from engine.wire.knowledge import (
    ArticleIdParams,
    ArticleInfo,
    ArticleStateParams,
    DiagnosedParams,
    DiagnosesParams,
    ImportArticlesParams,
    KnowledgeParams,
    ProposeParams,
    ReadOutParams,
    RollBackParams,
    SaveArticleParams,
    UseParams,
)
from engine.wire.messages import Reason
from engine.wire.paper import (
    EnterFormParams,
    FormsParams,
    PaperDeed,
    PrintFormsParams,
    PrintTicketParams,
    VoidFormParams,
)
from engine.wire.tickets import CreateTicketParams, TicketNumberParams
from tests.daemon.test_session import refused
from tests.support.site import HOME, FakeSite
from tui.client import EngineClient

pytestmark = pytest.mark.asyncio

HOUR = 3_600_000
NO_CHOICES = {"heading": "", "words": []}
EMPTY = {
    "site": "",
    "language": "en",
    "numbers": [],
    "kinds": NO_CHOICES,
    "categories": [],
    "causes": NO_CHOICES,
}
REBOOT = Article(title="机顶盒重启", text="断电半分钟再开。", ties=("fault/tv_no_signal",))


async def boss(site: FakeSite) -> EngineClient:
    return await site.console("8801", "")


async def published(client: EngineClient, article: Article = REBOOT) -> Article:
    kept: ArticleInfo = await client.call("knowledge.save", SaveArticleParams(article=article))
    wanted = ArticleStateParams(
        id=kept.article.id, state=ArticleState.PUBLISHED, version=kept.article.version
    )
    told: ArticleInfo = await client.call("knowledge.state", wanted)
    return told.article


async def test_an_agent_writes_a_draft_and_a_supervisor_publishes_it(site: FakeSite) -> None:
    agent, chief = await site.console(), await boss(site)
    draft = (await agent.call("knowledge.save", SaveArticleParams(article=REBOOT))).article
    assert (draft.state, draft.by) == (ArticleState.DRAFT, "8001")
    again = (await agent.call("knowledge.save", SaveArticleParams(article=replace(draft, text="新")))).article
    assert again.version == 2
    assert (await agent.call("knowledge.list", KnowledgeParams())).articles == []
    wanted = ArticleStateParams(id=draft.id, state=ArticleState.PUBLISHED, version=2)
    assert (await refused(agent.call("knowledge.state", wanted))).reason == Reason.NOT_ALLOWED
    public = await chief.call("knowledge.state", wanted)
    assert public.current
    changed = SaveArticleParams(article=replace(public.article, text="坐席改"))
    assert (await refused(agent.call("knowledge.save", changed))).reason == Reason.NOT_ALLOWED
    stale = SaveArticleParams(article=replace(draft, text="旧"))
    assert (await refused(chief.call("knowledge.save", stale))).reason == Reason.CONFLICT
    back = await chief.call("knowledge.roll_back", RollBackParams(id=draft.id, to=1, version=3))
    assert (back.article.text, back.article.version) == (REBOOT.text, 4)
    detail = await agent.call("knowledge.show", ArticleIdParams(id=draft.id, version=2))
    assert (detail.info.article.text, [one.version for one in detail.versions]) == ("新", [4, 3, 2, 1])


async def test_articles_and_diagnoses_of_the_matter_come_first_and_uses_count(site: FakeSite) -> None:
    chief = await boss(site)
    articles = tomllib.loads((HOME / "knowledge/articles/office.toml").read_text(encoding="utf-8"))
    shipped = msgspec.convert(articles["articles"], list[Article])
    dry = await chief.call("knowledge.import", ImportArticlesParams(articles=shipped, dry_run=True))
    done = await chief.call("knowledge.import", ImportArticlesParams(articles=shipped))
    again = await chief.call("knowledge.import", ImportArticlesParams(articles=[*shipped, REBOOT]))
    assert (dry.added, done.added, again.added, again.unchanged) == (16, 16, 0, 16)
    assert [(one.field, one.reason) for one in again.bad] == [("key", "required")]
    agent = await site.console()
    near = await agent.call("knowledge.list", KnowledgeParams(type="fault", ticket_category="tv_card"))
    assert {info.article.key for info in near.articles} == {"tv-card", "tv-refresh"}
    assert near.trees[0] == "tv"
    assert near.categories == ["业务与资费", "宽带", "数字电视", "服务规范", "机顶盒使用"]
    found = await agent.call("knowledge.list", KnowledgeParams(text="光猫"))
    assert {info.article.category for info in found.articles} == {"宽带", "机顶盒使用"}
    await published(chief)
    await published(chief, replace(REBOOT, title="菜单", ties=("ivr:greeting",)))
    caller = await site.call("c1")
    near = await agent.call("knowledge.list", KnowledgeParams(call_id="c1"))
    assert [info.article.title for info in near.articles] == ["菜单"]
    call = site.service.engine.floor.state.calls["c1"]
    call.position = replace(call.position, values={"line": "tv", "fault": "no_signal"})
    near = await agent.call("knowledge.list", KnowledgeParams(call_id="c1"))
    titles = [info.article.title for info in near.articles]
    assert ("机顶盒重启" in titles, titles[-1]) == (True, "菜单")
    caller.close()
    article = await published(chief, replace(REBOOT, title="用过"))
    for kind in (UseKind.OPENED, UseKind.HELPED):
        await agent.call("knowledge.use", UseParams(id=article.id, kind=kind, call_id="c1"))
    uses = (await agent.call("knowledge.show", ArticleIdParams(id=article.id))).info.uses
    assert (uses.opened, uses.helped) == (1, 1)


async def test_what_holds_is_read_out_to_a_customer_and_tickets_propose_articles(site: FakeSite) -> None:
    chief, agent = await boss(site), await site.console()
    old = await published(chief, replace(REBOOT, valid_until="2020-01-01"))
    assert (
        await refused(agent.call("knowledge.read_out", ReadOutParams(id=old.id)))
    ).reason == Reason.CONFLICT
    article = await published(chief, replace(REBOOT, title="今天"))
    fault = await refused(agent.call("knowledge.read_out", ReadOutParams(id=article.id)))
    assert (fault.reason, fault.detail) == (Reason.REFUSED, "not_talking")
    ticket = NewTicket(key="k1", type="consult", text="怎么看回看", solved=True, reply="按回看键")
    made = (await agent.call("tickets.create", CreateTicketParams(ticket=ticket))).row.ticket
    draft = (await agent.call("knowledge.propose", ProposeParams(ticket=made.number))).article
    assert (draft.title, draft.from_ticket, draft.spoken) == ("怎么看回看", made.number, "按回看键")
    again = (await agent.call("knowledge.propose", ProposeParams(ticket=made.number))).article
    assert again.id == draft.id
    unknown = await refused(agent.call("knowledge.propose", ProposeParams(ticket="999")))
    assert unknown.reason == Reason.NOT_FOUND


async def test_what_was_found_is_counted_and_a_broken_file_leaves_the_tree_before(site: FakeSite) -> None:
    chief = await boss(site)
    trees = await chief.call("knowledge.trees")
    assert ([tree.id for tree in trees.trees], trees.problems) == (["box", "broadband", "tv"], [])
    assert "fault" in trees.trees[0].ties
    agent = await site.console()
    await agent.call("knowledge.diagnosed", DiagnosedParams(tree="tv", digits="1121", call_id="c1"))
    for tree, digits, reason in (
        ("tv", "11", Reason.INVALID),
        ("tv", "19", Reason.INVALID),
        ("x", "1", Reason.NOT_FOUND),
    ):
        params = DiagnosedParams(tree=tree, digits=digits)
        assert (await refused(agent.call("knowledge.diagnosed", params))).reason == reason
    counts = (await chief.call("knowledge.diagnoses", DiagnosesParams())).counts
    assert [(one.tree, one.finding, one.count) for one in counts] == [("tv", Finding.USAGE, 1)]
    (site.folder / "knowledge" / "box.toml").write_text('id = "box"', encoding="utf-8")
    (site.folder / "knowledge" / "tv.toml").unlink()
    (site.folder / "knowledge" / "new.toml").write_text("=", encoding="utf-8")
    trees = await chief.call("knowledge.trees")
    assert [tree.id for tree in trees.trees] == ["box", "broadband"]
    assert {problem.file for problem in trees.problems} == {"box.toml", "new.toml"}


# Paper


class PrintingSite(FakeSite):
    """A site whose configuration has a command that prints."""

    def __init__(self, folder: Path, shell: str) -> None:
        super().__init__(folder)
        self._command = f"print = ['/bin/sh', '-c', '{shell}']"

    def _config(self) -> Config:
        super()._config()
        text = (self.folder / "config.toml").read_text(encoding="utf-8")
        text = re.sub(r"^print = .*$", self._command, text, flags=re.MULTILINE)
        (self.folder / "config.toml").write_text(text, encoding="utf-8")
        return self._kept()


def stands_in(pdf: str, folder: Path, *words: str) -> bool:
    """Whether a PDF shows these words, where there is a program that reads it."""
    path = folder / "shown.pdf"
    path.write_bytes(base64.b64decode(pdf))
    if shutil.which("pdftotext") is None:
        return path.read_bytes().startswith(b"%PDF-")
    read = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    text = read.stdout.decode()
    return all(word in text for word in words)


async def test_forms_and_orders_are_printed_by_the_sites_command(tmp_path: Path) -> None:
    copy = tmp_path / "printed.pdf"
    site = PrintingSite(tmp_path, f'cp "$0" {copy}')
    await site.start()
    try:
        agent = await site.console()
        for params in (PrintFormsParams(count=0), PrintFormsParams(count=101)):
            assert (await refused(agent.call("paper.print", params))).reason == Reason.INVALID
        unknown = await refused(agent.call("paper.print", PrintFormsParams(type="x")))
        assert unknown.reason == Reason.NOT_FOUND
        made = await agent.call("paper.print", PrintFormsParams(count=2, type="fault"))
        assert (len(made.numbers), made.printed, made.trouble) == (2, True, "")
        assert copy.read_bytes() == base64.b64decode(made.pdf)
        assert stands_in(made.pdf, tmp_path, *made.numbers, "电视无信号", "应急受理单")
        forms = (await agent.call("paper.forms", FormsParams())).forms
        assert [form.number for form in forms] == made.numbers
        ticket = NewTicket(key="k1", type="fault", category="tv_no_signal", text="雪花", contact="张华山")
        number = (await agent.call("tickets.create", CreateTicketParams(ticket=ticket))).row.ticket.number
        made = await agent.call("tickets.print", PrintTicketParams(number=number))
        words = (number, "张华山", "电视无信号", "雪花", "维修部", "客户签字")
        assert stands_in(made.pdf, tmp_path, *words)
        assert list((site.service.paths.data / "paper").iterdir()) == []
        missing = await refused(agent.call("tickets.print", PrintTicketParams(number="999")))
        assert missing.reason == Reason.NOT_FOUND
    finally:
        await site.stop()


def replace_cause(deed: PaperDeed, cause: str) -> PaperDeed:
    return PaperDeed(act=replace(deed.act, code=cause), at=deed.at)


async def test_a_form_is_entered_once_with_its_own_times_or_is_void(site: FakeSite) -> None:
    agent, chief = await site.console(), await boss(site)
    number, second = form_numbers("261122", 1, 2)
    now = site.service.engine.clock.now()
    told = now - 5 * HOUR
    ticket = NewTicket(key="", type="fault", category="tv_no_signal", text="停电时报", created_at=told)
    deeds = (
        PaperDeed(act=Act(deed=Deed.DISPATCH, target="repair", text="纸质派单"), at=told + HOUR),
        PaperDeed(act=Act(deed=Deed.ACCEPT), at=told + HOUR),
        PaperDeed(act=Act(deed=Deed.RETURN, text="换接头", code="drop_line"), at=told + 3 * HOUR),
        PaperDeed(act=Act(deed=Deed.REPLY, text="已修好"), at=told + 4 * HOUR),
    )
    future = EnterFormParams(form=number, ticket=replace(ticket, created_at=now + HOUR))
    assert (await refused(chief.call("paper.enter", future))).detail == "created_at"
    backwards = EnterFormParams(form=number, ticket=ticket, deeds=deeds[::-1])
    assert (await refused(chief.call("paper.enter", backwards))).reason == Reason.INVALID
    slip = EnterFormParams(form=number[:-1] + str((int(number[-1]) + 1) % 10), ticket=ticket)
    assert (await refused(chief.call("paper.enter", slip))).detail == "form"
    types = (await chief.call("tickets.words")).types
    fault = next(kind for kind in types if kind.id == "fault")
    checks = tuple(
        PaperDeed(act=Act(deed=Deed.CHECK, target=point), at=told + 3 * HOUR) for point, _ in fault.checklist
    )
    returned = replace_cause(deeds[2], fault.causes[0][0])
    whole = EnterFormParams(
        form=number.replace("-", " "), ticket=ticket, deeds=(*deeds[:2], *checks, returned, deeds[3])
    )
    entered = await chief.call("paper.enter", whole)
    made = entered.ticket
    assert (entered.form, made.from_paper, made.state) == (number, number, TicketState.REPLIED)
    assert (made.created_at, made.returned_at, made.replied_at) == (told, told + 3 * HOUR, told + 4 * HOUR)
    steps = (await chief.call("tickets.show", TicketNumberParams(number=made.number))).steps
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert (await refused(chief.call("paper.enter", whole))).reason == Reason.CONFLICT
    assert (await agent.call("paper.forms", FormsParams())).forms == []
    number = second
    told = site.service.engine.clock.now() - HOUR
    ticket = NewTicket(key="", type="consult", text="问资费", created_at=told)
    closed = EnterFormParams(
        form=number, ticket=ticket, deeds=(PaperDeed(act=Act(deed=Deed.CLOSE), at=told + 1),)
    )
    assert (await refused(agent.call("paper.enter", closed))).reason == Reason.REFUSED
    without_time = EnterFormParams(
        form=number, ticket=ticket, deeds=(PaperDeed(act=Act(deed=Deed.REPLY), at=0),)
    )
    assert (await refused(agent.call("paper.enter", without_time))).detail == "reply"
    assert (await agent.call("paper.forms", FormsParams())).forms == []  # nothing of it was kept
    void = await agent.call("paper.void", VoidFormParams(form=number, remark="写坏"))
    assert (void.ticket, void.remark) == ("", "写坏")
    assert (await refused(agent.call("paper.void", VoidFormParams(form=number)))).reason == Reason.CONFLICT


async def test_without_a_worker_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    job = from_line(json.dumps({"form": "Blank", **EMPTY}))
    monkeypatch.setattr(printing, "_COMMAND", ("/bin/sh", "-c", "echo no font >&2; exit 1"))
    with pytest.raises(PaperFailed, match="no font"):
        await printing.make_pdf(job)
    monkeypatch.setattr(printing, "_COMMAND", ("/nowhere",))
    with pytest.raises(PaperFailed, match="/nowhere"):
        await printing.make_pdf(job)
    with pytest.raises(NotPrinted, match="no paper"):
        await printing.print_pdf(("/bin/sh", "-c", "echo no paper >&2; exit 3"), Path("x.pdf"))
    with pytest.raises(NotPrinted, match="/nowhere"):
        await printing.print_pdf(("/nowhere",), Path("x.pdf"))
