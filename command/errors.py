"""The one error that users of the command are meant to see."""


class CommandError(Exception):
    """A failure that was foreseen: one clear line, and what to do about it.

    :param problem: what is wrong, in one line
    :param remedy: what to type or change; printed on a line of its own
    :param code: exit code of the command
    """

    def __init__(self, problem: str, remedy: str = "", code: int = 1) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.code = code


class Interrupted(Exception):
    """A signal asked the command to end; everything it started must end too."""

    def __init__(self, signum: int) -> None:
        super().__init__(f"signal {signum}")
        self.signum = signum
