"""SIP phones in software, for the practice world and for tests."""

from engine.adapters.phone.errors import PhoneError
from engine.adapters.phone.phone import Phone, PhoneAccount, PhoneState
from engine.adapters.phone.stack import PhoneStack

__all__ = ["Phone", "PhoneAccount", "PhoneError", "PhoneStack", "PhoneState"]
