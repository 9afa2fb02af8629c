"""Where things are below the site's data folder."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.config import Config
from engine.core.records import Millis


@dataclass(frozen=True, slots=True)
class SitePaths:
    """All folders and files of one site. `home` is where flows and human recordings are found."""

    data: Path
    home: Path
    socket: Path

    @classmethod
    def of(cls, config: Config, home: Path) -> "SitePaths":
        """From the configuration; relative names count from the folder of config.toml."""
        data = (home / config.site.data).resolve()
        socket = Path(config.site.socket) if config.site.socket else data / "run" / "engine.sock"
        return cls(data=data, home=home.resolve(), socket=socket)

    @property
    def database(self) -> Path:
        return self.data / "fourseat.db"

    @property
    def asterisk(self) -> Path:
        return self.data / "asterisk"

    @property
    def recordings(self) -> Path:
        return self.data / "recordings"

    @property
    def raw(self) -> Path:
        """What Asterisk is writing: the two directions of each call."""
        return self.recordings / "raw"

    @property
    def messages(self) -> Path:
        return self.recordings / "messages"

    @property
    def attachments(self) -> Path:
        """Files of tickets, by the hash of what is in them."""
        return self.data / "attachments"

    @property
    def prompts(self) -> Path:
        return self.data / "prompts"

    @property
    def cdr(self) -> Path:
        """One line for each call, written by Asterisk itself."""
        return self.asterisk / "log" / "cdr-custom" / "fourseat.csv"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.toml"

    @property
    def recharge_key(self) -> Path:
        """Without it nobody can check the secrets of the recharge cards in the database."""
        return self.data / "recharge.key"

    def create(self) -> None:
        """Make the folders."""
        for folder in (self.data, self.socket.parent, self.raw, self.messages, self.prompts):
            folder.mkdir(parents=True, exist_ok=True)


def recording_name(call_id: str, accepted_at: Millis) -> str:
    """Path of a finished recording below the recordings folder: a folder a day (UTC), the call id."""
    day = datetime.fromtimestamp(accepted_at / 1000, UTC)
    return f"{day:%Y/%m/%d}/{call_id}.flac"
