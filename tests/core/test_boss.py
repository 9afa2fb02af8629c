"""The billing side answers what flows may ask of it, and what changes something comes with a key."""

import inspect

from engine.core.boss import Begun, Boss, BossAccount, Change, Outbox
from engine.core.ivr.services import SERVICES

METHODS = {
    name: inspect.signature(method).parameters
    for name, method in vars(Boss).items()
    if inspect.iscoroutinefunction(method) and name not in ("start", "close")
}


def test_every_question_is_a_service_with_its_arguments() -> None:
    for name, parameters in METHODS.items():
        asked = tuple(parameter for parameter in parameters if parameter not in ("self", "account", "change"))
        assert asked == SERVICES[name].arguments, name


def test_what_changes_something_has_a_key() -> None:
    assert {name for name in METHODS if "change" in METHODS[name]} == {
        name for name in METHODS if SERVICES[name].changes
    }
    assert "change" in inspect.signature(Outbox.begin).parameters


def test_nothing_is_known_of_a_change_at_first() -> None:
    assert Begun() == Begun(reply=None, refused=False, earlier="")
    assert Change(key="c-1:1").cli == BossAccount(customer_id=1).card_number == ""
