"""Phone numbers of China in one normal form, so that every way to write a number finds the same customer.

Normal form: digits only. A mobile number has its 11 digits; a fixed line its area code with the leading 0;
service numbers (95598, 4008001234) stay as they are; a foreign number begins with 00.
"""

import re

MAX_CLI = 32

_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | {0xFF0B: "+", 0xFF0A: "*", 0xFF03: "#"}
_EXTENSION = re.compile(r"(?:转|轉|分机|分機|内线|內線|ext|x|#|[,，;；pw]).*", re.IGNORECASE | re.DOTALL)
_NOT_CLI = re.compile(r"[^0-9+*#]")
_NOT_DIGIT = re.compile(r"[^0-9]")
_SIP_USER = re.compile(r"\s*(?:sips?|tel):([^@;>]*)", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LOCAL = re.compile(r"[2-9][0-9]{6,7}")
_FIXED = re.compile(r"(?:0[1-9][0-9]{1,2})?[2-9][0-9]{6,7}")
_NATIONAL_WITHOUT_ZERO = re.compile(r"(?![48]00)[1-9][0-9]{9,10}")
_SERVICE = re.compile(r"[48]00[0-9]{7}|1[0-9]{2,4}|9[56][0-9]{3,6}")


def clean_cli(raw: str) -> str:
    """A safe value of whatever the network sent as caller id: only 0-9 + * #, at most 32 characters."""
    return _NOT_CLI.sub("", raw.translate(_FULL_WIDTH))[:MAX_CLI]


def normalise_number(raw: str, *, area_code: str = "") -> str:
    """The one normal form of a phone number, "" when there is no digit in it.

    A local number gets the site's `area_code`; an extension is left out, because the network never sends it.
    Normalising a normal form changes nothing.
    """
    if _MOBILE.fullmatch(raw):  # nearly every one of a list
        return raw
    text = raw[:1000].translate(_FULL_WIDTH).strip()
    sip_user = _SIP_USER.match(text)
    if sip_user:
        text = sip_user.group(1)
    first_digit = re.search(r"[0-9]", text)
    if first_digit is None:
        return ""
    text = text[: first_digit.start()] + _EXTENSION.sub("", text[first_digit.start() :])
    international = "+" in text[: first_digit.start()]
    digits = _NOT_DIGIT.sub("", text)[:MAX_CLI]
    if international and not digits.startswith("00"):
        digits = "00" + digits
    return _with_area(_national(digits[:MAX_CLI]), area_code)


def callback_number(raw: str, *, area_code: str = "") -> str:
    """The normal form of a number under which a customer can be called back; "" for any other.

    That is a mobile number or a fixed line: a withheld, foreign or service number belongs to no customer.
    """
    number = normalise_number(raw, area_code=area_code)
    return number if _MOBILE.fullmatch(number) or _FIXED.fullmatch(number) else ""


def _national(digits: str) -> str:
    """Leave out the country code of China, then the 0 before a mobile number."""
    while True:
        shorter = _one_prefix_less(digits)
        if shorter == digits:
            return digits
        digits = shorter


def _one_prefix_less(digits: str) -> str:
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        return digits[1:]
    if digits.startswith("0086"):
        return _behind_country_code(digits[4:]) or digits
    if digits.startswith("86") and len(digits) >= 12:
        return _behind_country_code(digits[2:]) or digits
    return digits


def _behind_country_code(rest: str) -> str:
    """What follows +86 as a national number; "" when it cannot be one."""
    if _MOBILE.fullmatch(rest) or rest.startswith("0") or _SERVICE.fullmatch(rest):
        return rest
    if _NATIONAL_WITHOUT_ZERO.fullmatch(rest):
        return "0" + rest
    return ""


def _with_area(digits: str, area_code: str) -> str:
    area = _NOT_DIGIT.sub("", area_code).lstrip("0")
    if area and _LOCAL.fullmatch(digits) and not _SERVICE.fullmatch(digits):
        return "0" + area + digits
    return digits
