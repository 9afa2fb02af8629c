"""Why a recording was not taken, in words, with what to do about it."""

from tui.words import mark, tr

_TAKE = "take|"
_FAULTS = {
    "not_sound": (
        mark("this is no sound file that can be read"),
        mark("save it as WAV, FLAC, MP3 or OGG; the prompt is as it was"),
    ),
    "empty": (mark("nothing can be heard in it"), mark("record it again; the prompt is as it was")),
    "too_loud": (
        mark("it is too loud, its peaks are cut off ({detail})"),
        mark("record it again at a lower level; the prompt is as it was"),
    ),
    "too_quiet": (
        mark("it is too quiet ({detail}): made louder it would only be noise"),
        mark("record it again, closer to the microphone; the prompt is as it was"),
    ),
    "too_long": (
        mark("it is too long ({detail})"),
        mark("a prompt has two minutes at most; the prompt is as it was"),
    ),
    "too_short": (
        mark("it is too short for its text ({detail})"),
        mark("is this the right file? Record all of it; the prompt is as it was"),
    ),
    "no_prompt": (mark("there is no prompt {detail}"), mark("see: fourseat prompts list")),
    "has_values": (
        mark("this prompt says values; what can be recorded are the words between: {detail}"),
        mark("record each of them"),
    ),
    "not_recorded": (mark("nobody has recorded this prompt"), mark("see: fourseat prompts list")),
    "copied_by_hand": (
        mark("this recording was copied there by hand: {detail}"),
        mark("remove the file yourself, then: fourseat prompts build"),
    ),
    "no_file": (mark("prompt {detail} has no file yet"), mark("run: fourseat prompts build")),
}


def take_words(detail: str) -> tuple[str, str] | None:
    """Words and remedy for a refusal about a recording; None for any other."""
    if not detail.startswith(_TAKE):
        return None
    code, _, rest = detail.removeprefix(_TAKE).partition("|")
    if code not in _FAULTS:
        return None
    words, remedy = _FAULTS[code]
    return tr(words, detail=rest), tr(remedy)
