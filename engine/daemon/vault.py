"""What callers key in secretly, and who of the staff they are: kept for as long as their call lasts."""

from engine.core.ivr.values import is_secret, secret_token
from engine.core.records import User


class Vault:
    """By call: tokens that anybody may see, and the keys that they stand for."""

    def __init__(self) -> None:
        self._kept: dict[str, list[str]] = {}
        self._staff: dict[str, User] = {}

    def __repr__(self) -> str:
        return f"<Vault {len(self._kept)} calls>"

    def keep(self, call_id: str, digits: str) -> str:
        """The token for the keys that a caller has pressed."""
        kept = self._kept.setdefault(call_id, [])
        kept.append(digits)
        return secret_token(len(kept), len(digits))

    def digits(self, call_id: str, token: str) -> str:
        """What a token of this call stands for. Raises LookupError when that is not known any more."""
        if not is_secret(token):
            raise LookupError("not a token")
        number = int(token[1:].partition(":")[0])
        return self._kept[call_id][number - 1]

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._kept.pop(call_id, None)
        self._staff.pop(call_id, None)

    def sign_in(self, call_id: str, user: User) -> None:
        """Who calls has proved to be this member of the staff."""
        self._staff[call_id] = user

    def staff(self, call_id: str) -> User | None:
        """The member of the staff who calls; None: nobody has signed in."""
        return self._staff.get(call_id)
