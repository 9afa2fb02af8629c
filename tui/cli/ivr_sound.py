"""The sound of a walk: each prompt's file, played if this machine has a player."""

from engine.wire.prompts import PromptInfo, Prompts, PromptsParams
from tui.cli.output import warn
from tui.cli.prompts import sound
from tui.cli.session import Engine, Settings, visit
from tui.words import tr


class Sounds:
    """The files of the engine's prompts; looked up once a language."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._prompts: dict[str, dict[str, PromptInfo]] = {}

    def play(self, prompt_id: str, language: str) -> None:
        """Play a prompt; a word on standard error where it cannot be played."""
        if language not in self._prompts:
            self._prompts[language] = self._of_engine(language)
        prompt = self._prompts[language].get(prompt_id)
        if prompt is None or prompt.source == "missing":
            warn(tr("{name} has no sound", name=prompt_id))
        else:
            sound(prompt)

    def _of_engine(self, language: str) -> dict[str, PromptInfo]:
        async def work(engine: Engine) -> Prompts:
            answer: Prompts = await engine.ask(
                "prompts.list", PromptsParams(language="en" if language == "en" else "zh")
            )
            return answer

        return {prompt.id: prompt for prompt in visit(self._settings, work).prompts}
