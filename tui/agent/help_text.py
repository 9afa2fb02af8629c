"""Help for where the agent is: a few sentences on what this place is for."""

from typing import TYPE_CHECKING

from tui.agent.notes import ResultList
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp


def page_for(app: "AgentApp") -> tuple[str, list[str]]:
    """Title and paragraphs for the place that has the cursor."""
    if app.desk is None:
        return tr("Log in"), [
            tr("Enter your staff number and your PIN, and choose your seat by its number."),
            tr("After five wrong PINs the log-in is locked for a quarter of an hour."),
        ]
    if app.panel == "search":
        return tr("Search for a customer"), [
            tr("Type a phone number, a name, two characters of an address, a card, or pinyin initials."),
            tr("Arrow down goes to the list; a number chooses a row, Enter shows the last calls."),
        ]
    if isinstance(app.focused, ResultList):
        return tr("Result of the call"), [
            tr("A number chooses the result, 0 marks the call as unsolved: the next agent will see it."),
            tr("Enter stores the form; in the wrap-up it also makes you free for the next call."),
        ]
    if app.desk.card_form.has_cursor:
        return tr("Customer data"), [
            tr("Tab goes to the next field, Ctrl+S stores. Several numbers are divided by a space."),
        ]
    if app.desk.shows_call:
        return tr("A call"), [
            tr("The card of the customer is above, what is unsolved on the left, your notes on the right."),
            tr("What you type is kept by the engine at once: a broken line loses nothing."),
        ]
    return tr("Agent console"), [
        tr("While you are ready, calls come to you by themselves: the card pops up, F4 answers."),
        tr("Here you see your own figures of today and your last calls."),
    ]
