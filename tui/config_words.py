"""Words for the configuration: sections, keys, why an edit is refused, what a change brings about."""

from typing import Any

from engine.wire.configuration import ConfigEffect, KeyInfo
from tui.words import language_in_use, mark, tr

# word for the whole section, word for one entry of it
SECTIONS: dict[str, tuple[str, str]] = {
    "seats": (mark("Seats"), mark("Seat")),
    "queues": (mark("Queues"), mark("Queue")),
    "skills": (mark("Skills"), mark("Skills entry")),
    "lines": (mark("Lines"), mark("Line")),
    "numbers": (mark("Numbers"), mark("Number")),
    "hours": (mark("Opening hours"), mark("Opening hours")),
    "break_reasons": (mark("Break reasons"), mark("Break reason")),
    "dispositions": (mark("Dispositions"), mark("Disposition")),
    "site": (mark("Site"), mark("Site")),
    "agents": (mark("Agents"), mark("Agents")),
    "dialling": (mark("Dialling"), mark("Dialling")),
    "callback": (mark("Callbacks"), mark("Callbacks")),
    "survey": (mark("Survey"), mark("Survey")),
    "breaks": (mark("Break rules"), mark("Break rules")),
    "alarms": (mark("Alarms"), mark("Alarms")),
    "wallboard": (mark("Wallboard"), mark("Wallboard")),
    "recording": (mark("Call recording"), mark("Call recording")),
    "ivr": (mark("Voice menu"), mark("Voice menu")),
    "speech": (mark("Speech"), mark("Speech")),
    "security": (mark("Security"), mark("Security")),
    "asterisk": (mark("Asterisk switch"), mark("Asterisk switch")),
    "boss": (mark("Billing side"), mark("Billing side")),
    "self_service": (mark("Self-service"), mark("Self-service")),
    "departments": (mark("Departments"), mark("Department")),
    "tickets": (mark("Tickets"), mark("Tickets")),
    "privacy": (mark("Privacy"), mark("Privacy")),
    "sources": (mark("Customer sources"), mark("Customer source")),
}

CHANGES = ("added", "removed", "changed")
"""Codes of effects that say what is changed; the others say what comes of it."""

KEYS: dict[str, str] = {
    "id": mark("Id"),
    "name": mark("Label"),
    "name_en": mark("English name"),
    "extension": mark("Extension"),
    "secret": mark("Secret"),
    "phone": mark("Telephone"),
    "number": mark("Number"),
    "host": mark("Address"),
    "port": mark("Port"),
    "username": mark("User name"),
    "channels": mark("Calls at once"),
    "queues": mark("Queues"),
    "numbers": mark("Numbers"),
    "did": mark("Number"),
    "strategy": mark("Strategy"),
    "ring_seconds": mark("Ring (s)"),
    "wrap_up_seconds": mark("Wrap-up (s)"),
    "max_wait_seconds": mark("Longest wait (s)"),
    "max_waiting": mark("Places"),
    "priority_seconds": mark("Ahead (s)"),
    "max_minutes": mark("Limit (min)"),
    "color": mark("Colour"),
    "monday": mark("Monday"),
    "tuesday": mark("Tuesday"),
    "wednesday": mark("Wednesday"),
    "thursday": mark("Thursday"),
    "friday": mark("Friday"),
    "saturday": mark("Saturday"),
    "sunday": mark("Sunday"),
    "holidays": mark("Public holidays"),
    "closed_dates": mark("Closed on"),
    "open_dates": mark("Open on"),
    "flow": mark("Voice menu"),
    "station": mark("Station"),
    "areas": mark("Areas"),
    "leader": mark("Leader"),
    "parent": mark("Delays to"),
    "telephone": mark("Telephone"),
    "types": mark("Folder of the types"),
    "owner": mark("First owner"),
    "working_hours": mark("Working time"),
    "outage_faults": mark("Outage: faults"),
    "outage_minutes": mark("Outage: minutes"),
    "attachment_mb": mark("Largest file (MB)"),
    "attachment_kinds": mark("Kinds of files"),
    "print": mark("Print with"),
    "phones": mark("Hide numbers"),
    "id_numbers": mark("Hide identities"),
}

PROBLEMS: dict[str, str] = {
    "unknown_section": mark("there is no section {place}; write one of: {detail}"),
    "unknown_key": mark("there is no key {place}; write one of: {detail}"),
    "unknown_id": mark("there is no {place}; there are: {detail}"),
    "id_taken": mark("{place} is there already; choose another id"),
    "id_fixed": mark("{place}: an id cannot be changed, records refer to it; change the name instead"),
    "bad_id": mark("{place}: an id has small letters, digits, - and _, at most 32"),
    "no_list": mark("{place} is no list: set its keys"),
    "still_needed": mark("{place}: the last one cannot be removed"),
    "required": mark("{place}: {detail} is needed"),
    "not_a_number": mark("{place}: write a whole number"),
    "not_a_flag": mark("{place}: write yes or no"),
    "too_small": mark("{place}: write at least {detail}"),
    "too_large": mark("{place}: write at most {detail}"),
    "too_long": mark("{place}: write at most {detail} characters"),
    "empty": mark("{place}: write something"),
    "not_one_of": mark("{place}: write one of: {detail}"),
    "bad_form": mark("{place}: it has to look like {detail}"),
    "not_toml": mark("{place}: write it as in config.toml: {detail}"),
    "odd_form": mark("{place}: the file writes this in a form that is not edited here"),
    "by_hand_only": mark("{place}: it names a program, and is changed in the file only"),
    "nothing": mark("nothing would change"),
    "unwritable": mark("the engine may not write {place}"),
}

# codes without place: words, and what to do
REFUSED: dict[str, tuple[str, str]] = {
    "unfit": (mark("it does not fit the rest"), mark("correct the value; nothing has changed")),
    "by_hand": (
        mark("config.toml was changed by hand"),
        mark("look at it with `fourseat config check`, take it over with `fourseat config apply`"),
    ),
    "undo_by_hand": (
        mark("config.toml was changed by hand since the last change"),
        mark("to go back all the same, name the change: fourseat config undo NUMBER"),
    ),
    "moved": (mark("somebody else was quicker"), mark("look again, then repeat the change")),
    "switch": (
        mark("Asterisk did not take it and has its old settings again"),
        mark("see whether it runs: fourseat status"),
    ),
    "no_asterisk": (mark("Asterisk is not found"), mark("run: fourseatd check")),
    "no_change": (mark("there is no change to take back"), mark("see: fourseat config history")),
    "unreadable": (mark("config.toml cannot be read"), mark("correct it, then: fourseat config apply")),
    "history": (mark("the history cannot be written"), mark("look at the disk: fourseat status")),
}

REMEDIES: dict[str, str] = {
    "by_hand_only": mark("edit the file by hand, then: fourseat config apply"),
    "odd_form": mark("edit the file by hand, then: fourseat config apply"),
    "unwritable": mark("let the engine's user own the folder; `fourseatd install` does so"),
}

EFFECTS: dict[str, str] = {
    "added": mark("{what} {id} is added"),
    "removed": mark("{what} {id} is removed"),
    "changed": mark("{place}: {detail}"),
    "set_up_phone": mark("Set up the phone of {id}: user {id}, its secret, this machine as server"),
    "needs_restart": mark("Waits for a restart of the engine: {detail}"),
    "build_prompts": mark("The prompts have to be spoken anew: fourseat prompts build --force"),
    "for_new_calls": mark("Holds for new calls; calls that are up go on as they are"),
    "at_once": mark("Holds at once"),
    "reloads_switch": mark("Asterisk reads its files again, no call is dropped: {detail}"),
    "agent_at_seat": mark(
        "Agent {detail} is logged in at {id}: a talk goes on, the next log-in is elsewhere"
    ),
    "callers_wait": mark("{detail} waiting in {id} wait on in the first queue, at their place"),
    "calls_on_line": mark("{detail} calls on {id} go on to their end"),
}


def section_word(section: str) -> str:
    """The section in words; one that has none is called as in the file."""
    return tr(SECTIONS[section][0]) if section in SECTIONS else section


def entry_word(section: str) -> str:
    """One entry of the section in words."""
    return tr(SECTIONS[section][1]) if section in SECTIONS else section


def key_word(key: str) -> str:
    """A key in words, as in the file where it has none."""
    return tr(KEYS[key]) if key in KEYS else key


def effect_words(effect: ConfigEffect) -> str:
    """One effect as a sentence."""
    section, _, entry_id = effect.subject.partition(".")
    place = ".".join((entry_word(section), entry_id)) if entry_id else effect.subject
    if effect.code not in EFFECTS:
        return " ".join(part for part in (effect.code, effect.subject, effect.detail) if part)
    return tr(
        EFFECTS[effect.code],
        what=entry_word(section),
        id=entry_id or effect.subject,
        place=place.replace(".", " ", 1),
        detail=effect.detail,
    )


def refusal_words(message: str, detail: str) -> tuple[str, str] | None:
    """Words and remedy for a refused change; None for a refusal of another kind."""
    code, _, rest = detail.partition("|")
    place, _, more = rest.partition("|")
    if code in PROBLEMS and rest:
        remedy = tr(REMEDIES[code]) if code in REMEDIES else ""
        return tr(PROBLEMS[code], place=place, detail=more), remedy
    if code in REFUSED:
        words, remedy = (tr(text) for text in REFUSED[code])
        exact = message if code in ("unfit", "switch", "no_asterisk", "unreadable", "history") else ""
        return (tr("{name}: {why}", name=words, why=exact) if exact else words), remedy
    return None


def value_words(value: Any) -> str:
    """A value as people type it."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, list):
        return " ".join(value_words(one) for one in value)
    if isinstance(value, dict):
        return " ".join(f"{key}={value_words(one)}" for key, one in value.items())
    return "" if value is None else str(value)


def note_words(key: KeyInfo) -> str:
    """What a key means, in the language in use if the file says it there."""
    notes = (key.note, key.note_en) if language_in_use() == "zh" else (key.note_en, key.note)
    return next((note for note in notes if note), "")


def allowed_words(key: KeyInfo) -> str:
    """What a key may hold."""
    if key.choices:
        return tr("one of: {choices}", choices=", ".join(key.choices))
    if key.kind == "flag":
        return tr("yes or no")
    if key.kind == "number" and key.minimum is not None and key.maximum is not None:
        return tr("{low} to {high}", low=key.minimum, high=key.maximum)
    if key.kind == "number":
        return tr("a whole number")
    if key.kind == "texts":
        return tr("several, with spaces between them; nothing: none")
    return tr("as in config.toml") if key.kind == "other" else ""
