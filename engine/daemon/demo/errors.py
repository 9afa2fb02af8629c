"""What can go wrong in the practice world, in words for a person."""


class DemoError(Exception):
    """The demo cannot go on: what happened, and what the person can do."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem}\n{remedy}".strip())
        self.problem = problem
        self.remedy = remedy
