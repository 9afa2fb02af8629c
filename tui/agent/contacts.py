"""Whom this console knows by name, and whom it called last."""

from engine.wire.targets import Targets

MOST_DIALLED = 9


class Contacts:
    """Names of agents by staff number and of called people by number; the numbers dialled last."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.dialled: tuple[str, ...] = ()  # the last one first
        self._asked: set[str] = set()

    def called(self, number: str, name: str) -> None:
        """This number was called just now."""
        others = (one for one in self.dialled if one != number)
        self.dialled = (number, *others)[:MOST_DIALLED]
        if name:
            self.names[number] = name

    def know(self, targets: Targets) -> None:
        """Remember the names of the agents."""
        agents = (target.agent for target in targets.targets if target.agent is not None)
        self.names |= {agent.staff_number: agent.name for agent in agents}

    def is_stranger(self, staff_number: str) -> bool:
        """The name is not known, and was not asked for before."""
        known = staff_number in self.names or staff_number in self._asked
        self._asked.add(staff_number)
        return not known
