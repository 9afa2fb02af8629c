"""Fixtures that more than one area uses."""

pytest_plugins = ["tests.support.centre"]
