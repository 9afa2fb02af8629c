"""Why an edit cannot be: a code for consoles to word, with its place and what it may be instead."""


class EditProblem(ValueError):
    """The edit is refused and nothing has changed. `str()` says key and remedy in English."""

    def __init__(self, code: str, place: str, detail: str = "") -> None:
        self.code = code
        self.place = place
        self.detail = detail
        super().__init__(f"{place}: {_ENGLISH[code].format(detail=detail)}")


_ENGLISH = {
    "unknown_section": "there is no such section; write one of: {detail}",
    "unknown_key": "there is no such key; write one of: {detail}",
    "unknown_id": "there is no such entry; write one of: {detail}",
    "id_taken": "this id is there already; choose another one",
    "id_fixed": "an id cannot be changed, records refer to it; change the name, or add a new entry",
    "bad_id": "an id is made of small letters, digits, - and _; it may be: {detail}",
    "no_list": "this section is no list: set its keys instead",
    "still_needed": "the last one cannot be removed",
    "required": "this key is needed: {detail}",
    "not_a_number": "write a whole number",
    "not_a_flag": "write yes or no",
    "too_small": "write at least {detail}",
    "too_large": "write at most {detail}",
    "too_long": "write at most {detail} characters",
    "empty": "write something",
    "not_one_of": "write one of: {detail}",
    "bad_form": "it has to look like {detail}",
    "not_toml": "write it as in config.toml: {detail}",
    "odd_form": "the file writes this in a form that is not edited here; edit it by hand, then: "
    "fourseat config apply",
    "by_hand_only": "it names a program that the engine runs: edit the file by hand, then: "
    "fourseat config apply",
    "nothing": "nothing would change",
}

CODES = tuple(_ENGLISH)
