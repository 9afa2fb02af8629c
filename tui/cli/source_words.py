"""The codes of sources in words: states, troubles, what nobody guesses."""

from tui.agent.customer_words import ACCOUNT_LINES, ACCOUNT_STATES, DEVICES
from tui.cli.codes import code_words, field_words
from tui.words import mark, tr

STATES = {
    "running": mark("running"),
    "done": mark("finished"),
    "failed": mark("failed"),
    "stopped": mark("stopped"),
}

TROUBLES = {
    "unreadable": mark("cannot be read"),
    "unknown_kind": mark("not one of .csv .tsv .txt .dbf .xlsx"),
    "encoding": mark("neither UTF-8 nor GB18030 text"),
    "bad_line": mark("from this line on neither UTF-8 nor GB18030 text"),
    "no_headings": mark("no headings in the first row"),
    "damaged": mark("damaged or incomplete"),
    "too_large": mark("too large"),
    "cannot_connect": mark("cannot be connected"),
    "bad_query": mark("the query failed"),
    "missing_driver": mark("the driver is missing; install fourseat[sql]"),
    "not_json": mark("the answer is not JSON"),
    "no_rows": mark("no list in the answer"),
    "refused": mark("refused by the other side"),
    "time_out": mark("no answer in time"),
    "worker": mark("the reading process ended"),
    "database": mark("the database cannot be written"),
    "no_file": mark("no file in the folder"),
    "many_gone": mark("more than half are missing: not marked as vanished, the list is probably incomplete"),
    "stopped": mark("stopped by hand"),
    "restarted": mark("the engine was restarted"),
}

CONFLICTS = {
    "several": mark("may be one of several customers: {detail}"),
    "nobody": mark("no such customer, and no name to make one of"),
    "differs": mark("sources of one priority differ: {detail}"),
    "taken": mark("customer {detail} has this number"),
    "invalid": mark("cannot be stored: {detail}"),
}

BECAME = {
    "added": mark("new"),
    "changed": mark("changed"),
    "unchanged": mark("unchanged"),
    "aside": mark("set aside"),
}

FIELDS = {
    "": mark("Row"),
    "key": mark("Source key"),
    "importance": mark("Importance"),
    "tags": mark("Tags"),
    "id_number": mark("Identity number"),
    "stage": mark("Stage"),
    "persons": mark("Person"),
    "addresses": mark("Address"),
    "accounts": mark("Account"),
    "devices": mark("Device"),
    "line": mark("Line of business"),
    "account_state": mark("State of the account"),
    "account_package": mark("Package of the account"),
    "account_since": mark("Account since"),
    "cable_account": mark("Cable account"),
    "cable_state": mark("State of the cable account"),
    "cable_package": mark("Cable package"),
    "tv_account": mark("Digital TV account"),
    "tv_state": mark("State of the digital TV account"),
    "tv_package": mark("Digital TV package"),
    "broadband_account": mark("Broadband account"),
    "broadband_state": mark("State of the broadband account"),
    "broadband_package": mark("Broadband package"),
    "private_account": mark("Private network account"),
    "private_state": mark("State of the private network account"),
    "private_package": mark("Private network package"),
    "radio_account": mark("Radio account"),
    "radio_state": mark("State of the radio account"),
    "radio_package": mark("Radio package"),
    "cards": mark("Further smart cards"),
    "box": mark("Set-top box"),
    "box_model": mark("Model of the set-top box"),
    "modem": mark("Modem"),
    "modem_model": mark("Model of the modem"),
    "contact": mark("Contact person"),
    "contact_phone": mark("Phone of the contact person"),
    "contact_relation": mark("Relation of the contact person"),
    "county": mark("County"),
    "town": mark("Town"),
    "community": mark("Community"),
    "building": mark("Building"),
    "unit": mark("Unit"),
    "room": mark("Room"),
    "node": mark("Node"),
}
# Codes in what is said of accounts and devices.
_CODES = {
    **{str(line): words for line, words in ACCOUNT_LINES.items()},
    **{str(state): words for state, (words, _) in ACCOUNT_STATES.items()},
}


def state_words(state: str) -> str:
    """Words for the state of a run."""
    return tr(STATES[state]) if state in STATES else state


def trouble_words(trouble: str, detail: str) -> str:
    """Words for why a run failed, with what the other side says; empty for none."""
    if not trouble:
        return ""
    if trouble.startswith("columns_"):
        field, _, value = detail.partition(" ")
        code = code_words(trouble.removeprefix("columns_"))
        return tr("the columns do not fit: {what} {why}", what=f"{field_of(field)} {value}".strip(), why=code)
    words = tr(TROUBLES[trouble]) if trouble in TROUBLES else trouble
    return tr("{name}: {why}", name=words, why=detail) if detail else words


def conflict_words(code: str, detail: str) -> str:
    """Words for what nobody guesses."""
    if code == "invalid":
        detail = code_words(detail)
    return tr(CONFLICTS[code], detail=detail) if code in CONFLICTS else f"{code} {detail}"


def became_words(became: str) -> str:
    """Words for what becomes of a row."""
    return tr(BECAME[became]) if became in BECAME else became


def row_words(field: str, text: str) -> str:
    """What is said of a row of the file, with words for its codes."""
    codes = {str(kind): words for kind, words in DEVICES.items()} if field == "devices" else _CODES
    if field not in ("accounts", "devices"):
        return text
    return " ".join(tr(codes[word]) if word in codes else word for word in text.split(" "))


def field_of(field: str) -> str:
    """Words for a field; empty: the whole row."""
    return tr(FIELDS[field]) if field in FIELDS else field_words(field)
