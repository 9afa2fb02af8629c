"""What can go wrong while the machine is being set up.

ProvisionError            problem + remedy, both for a person
├── NotDebian             the private Asterisk comes as Debian packages
├── MissingTool           a program of the base system is not there
├── NoKeyring             packages could not be verified
├── NoMirror              the host's apt sources name no usable mirror
├── MirrorUnreachable     no network, or the mirror does not answer
├── DiskFull              not enough room, found before or while writing
├── WrongPython           no Python 3.11-3.13
├── InstallFailed         pip gave up
└── NoAsterisk            no usable Asterisk is installed on the system
"""


class ProvisionError(Exception):
    """A set-up step that failed: `problem` says what happened, `remedy` what the person can do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n{remedy}")
        self.problem = problem
        self.remedy = remedy


class NotDebian(ProvisionError):
    pass


class MissingTool(ProvisionError):
    pass


class NoKeyring(ProvisionError):
    pass


class NoMirror(ProvisionError):
    pass


class MirrorUnreachable(ProvisionError):
    pass


class DiskFull(ProvisionError):
    pass


class WrongPython(ProvisionError):
    pass


class InstallFailed(ProvisionError):
    pass


class NoAsterisk(ProvisionError):
    pass
