"""An article that is read out: the customer hears the words on hold, and is with the agent again."""

import asyncio

import pytest

from engine.core.knowledge.articles import Article, ArticleState
from engine.core.states import AgentState
from engine.wire.knowledge import (
    ArticleIdParams,
    ArticleInfo,
    ArticleStateParams,
    ReadOutParams,
    SaveArticleParams,
)
from tests.real.said import sentence
from tests.real.steps import talk_at
from tests.real.world import CLI, SEAT_TONES, at, heard_by
from tests.support.centre import Whole
from tests.support.heard import Sound
from tests.support.stalls import stood_still_ms

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

SEAT = "seat2"
AGENT = SEAT_TONES[SEAT]
WORDS = "请拔掉机顶盒的电源,等半分钟再插上。开机大约两分钟。"


async def published(real: Whole) -> int:
    """An article that may be read out."""
    article = Article(title="机顶盒重启", text=WORDS)
    kept: ArticleInfo = await real.ask("knowledge.save", SaveArticleParams(article=article))
    public = ArticleStateParams(
        id=kept.article.id, state=ArticleState.PUBLISHED, version=kept.article.version
    )
    await real.ask("knowledge.state", public)
    return kept.article.id


def _the_agent_was_heard_last(heard: Sound) -> bool:
    """For most of the second before the end."""
    return heard.part(heard.seconds - 1.1, heard.seconds - 0.2).tone_seconds(AGENT) > 0.7


async def test_the_customer_hears_the_article_and_then_the_agent_again(real: Whole) -> None:
    article = await published(real)
    desk, call = await talk_at(real, SEAT)
    await asyncio.sleep(1)
    await desk.ask("knowledge.read_out", ReadOutParams(id=article))
    held = (await desk.until(lambda view: view.agent.state is AgentState.HOLDING)).agent.state_since
    back = (await desk.until(lambda view: view.agent.state is AgentState.TALKING, 60)).agent.state_since
    await asyncio.sleep(1.5)
    await desk.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    heard = heard_by(placed)
    first, last = at(placed, held), at(placed, back)
    said = heard.find(sentence(real, "article", text=WORDS).whole, after=first, before=last)
    assert said is not None
    assert said.share > 0.75
    lost = stood_still_ms(detail.record.accepted_at) / 1000
    assert heard.part(first + 0.3, last - 0.3 - lost).tone_seconds(AGENT) == 0
    assert _the_agent_was_heard_last(heard)
    assert detail.record.hold_ms == pytest.approx(back - held, abs=50)
    uses = (await real.ask("knowledge.show", ArticleIdParams(id=article))).info.uses
    assert uses.read_out == 1


async def test_the_agent_may_come_back_in_the_middle(real: Whole) -> None:
    article = await published(real)
    desk, call = await talk_at(real, SEAT)
    await desk.ask("knowledge.read_out", ReadOutParams(id=article))
    await desk.until(lambda view: view.agent.state is AgentState.HOLDING)
    await asyncio.sleep(3)
    await desk.ask("agent.retrieve")
    await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    await asyncio.sleep(1.5)
    await desk.ask("agent.hang_up")
    heard = heard_by(await call)
    assert _the_agent_was_heard_last(heard)
    said = heard.find(sentence(real, "article", text=WORDS).whole)
    assert said is not None
    assert said.share < 0.75
