"""The voices of espeak-ng that Fourseat uses."""

from engine.adapters.speech.sources import Voice

# Debian's espeak-ng 1.51 reads Chinese as English with `cmn`; with this voice 1.51 and 1.52 read it right.
_MANDARIN = "cmn-latn-pinyin"
_ENGLISH = "en-us"

PROMPT_VOICES = {
    "zh": Voice(name=_MANDARIN, language="zh"),
    "en": Voice(name=_ENGLISH, language="en"),
}

# Callers of the practice exchange: unlike the prompts, and unlike each other.
CALLER_VOICES = {
    language: tuple(
        Voice(name=f"{name}+{variant}", language=language, rate=rate, pitch=pitch)
        for variant, rate, pitch in (
            ("f2", 175, 60),
            ("m3", 170, 35),
            ("f5", 190, 70),
            ("m7", 150, 45),
            ("f4", 160, 50),
            ("m1", 185, 55),
        )
    )
    for language, name in (("zh", _MANDARIN), ("en", _ENGLISH))
}
