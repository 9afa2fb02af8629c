"""What sections of the configuration are made of."""

from typing import Annotated, Literal

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=86_400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Extension = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,6}$")]
Dialled = Annotated[str, msgspec.Meta(pattern=r"^[0-9+*#]{1,32}$")]
Prefix = Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{0,8}$")]
Level = Annotated[int, msgspec.Meta(ge=1, le=9)]
Colour = Literal["none", "red", "yellow", "green", "cyan", "blue", "magenta"]
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.~+/=-]{0,512}$")]
Secret = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.~+-]{0,64}$")]
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Date = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
PathText = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class Section(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, frozen=True):
    """Base of all sections: unknown keys are errors."""


class ConfigError(ValueError):
    """The file cannot be used; `str()` names file, place, and what to do."""
