"""Balance, bills, packages, orders, recharge cards, smart cards: all through the billing side."""

import asyncio

from db.customers import get_customer
from engine.core.boss import BossAccount, Change, Reply
from engine.daemon.services.base import Answer, Asked, Handler, Tools

MAX_KEYS = 32


async def balance(asked: Asked, tools: Tools) -> Answer:
    """What is on the account."""
    return _answer(await tools.boss.balance(await _account(asked, tools)))


async def bills(asked: Asked, tools: Tools) -> Answer:
    """What was charged."""
    return _answer(await tools.boss.bills(await _account(asked, tools)))


async def packages(asked: Asked, tools: Tools) -> Answer:
    """What the customer has."""
    return _answer(await tools.boss.packages(await _account(asked, tools)))


async def offers(asked: Asked, tools: Tools) -> Answer:
    """What the customer may order."""
    return _answer(await tools.boss.offers(await _account(asked, tools)))


async def order(asked: Asked, tools: Tools) -> Answer:
    """Order a package, at the price that the caller has heard."""
    offer, price = asked.number("offer"), asked.number("price")
    return _answer(await tools.boss.order(await _account(asked, tools), offer, price, _change(asked)))


async def cancel_package(asked: Asked, tools: Tools) -> Answer:
    """Give up a package."""
    account = await _account(asked, tools)
    return _answer(await tools.boss.cancel_package(account, asked.number("package"), _change(asked)))


async def recharge(asked: Asked, tools: Tools) -> Answer:
    """Spend a recharge card."""
    card, secret = asked.text("card"), asked.text("secret")
    account = await _account(asked, tools)
    return _answer(await tools.boss.recharge(account, card[:MAX_KEYS], secret[:MAX_KEYS], _change(asked)))


async def reauthorise(asked: Asked, tools: Tools) -> Answer:
    """Send the authorisation to the smart card again."""
    return _answer(await tools.boss.reauthorise(await _account(asked, tools), _change(asked)))


async def _account(asked: Asked, tools: Tools) -> BossAccount:
    customer = await asyncio.wrap_future(tools.store.read(get_customer, asked.customer_id))
    return BossAccount(
        customer_id=customer.id, customer_number=customer.customer_number, card_number=customer.card_number
    )


def _change(asked: Asked) -> Change:
    return Change(key=asked.key, call_id=asked.call_id, cli=asked.cli)


def _answer(reply: Reply) -> Answer:
    outcome, values = reply
    return Answer(outcome, values)


SERVICES: dict[str, Handler] = {
    "balance": balance,
    "bills": bills,
    "packages": packages,
    "offers": offers,
    "order": order,
    "cancel_package": cancel_package,
    "recharge": recharge,
    "reauthorise": reauthorise,
}
