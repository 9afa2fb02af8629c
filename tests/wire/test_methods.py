"""The table of methods: an interface that others build on, so it must hold together."""

import re

import msgspec
import pytest

from engine.core.states import Role
from engine.wire.methods import METHODS, NOTIFICATIONS, Method, Params


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_a_method_is_named_documented_and_can_be_coded(method: Method) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", method.name)
    assert method.doc.endswith(".")
    assert issubclass(method.params, Params)
    msgspec.json.schema(method.params)
    msgspec.json.schema(method.result)


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_unknown_parameters_are_refused(method: Method) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"no_such_field": 1}', type=method.params)


def test_only_greeting_and_log_in_need_no_log_in() -> None:
    assert {name for name, method in METHODS.items() if method.role is None} == {
        "session.hello",
        "session.log_in",
    }


@pytest.mark.parametrize("prefix", ["users.", "audit.", "customer.import_rows", "prompts.build"])
def test_what_changes_the_site_is_for_administrators(prefix: str) -> None:
    roles = {method.role for name, method in METHODS.items() if name.startswith(prefix)}
    assert roles == {Role.ADMIN}


def test_notifications_are_not_methods() -> None:
    assert not NOTIFICATIONS.keys() & METHODS.keys()
