"""Help for where the agent is: a few sentences on what this place is for."""

from typing import TYPE_CHECKING

from tui.agent.notes import ResultList
from tui.agent.phone import WITH_THIRD
from tui.words import mark, tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp


PANELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "dial": (
        mark("Dial"),
        (
            mark("Type a number, or choose a row: the shown customer's, the last dialled, your own calls."),
            mark("Local, mobile and long-distance numbers; others as the administrator allows."),
            mark("You hear the line yourself: ringing, busy or an announcement. F8 ends it."),
        ),
    ),
    "transfer": (
        mark("Transfer to"),
        (
            mark(
                "Type initials, a name or a number; the arrows choose. Grey ones cannot take it and say why."
            ),
            mark("Enter hands over at once: what nobody takes comes back to you with the reason."),
            mark("F7 speaks first; the customer hears music. Notes and form go along with the call."),
        ),
    ),
    "tasks": (
        mark("To be called back"),
        (
            mark("Callers who hung up while waiting, and those who asked for a call."),
            mark("Enter calls; who is reached leaves the list by itself. F9 settles without a call."),
        ),
    ),
    "chat": (
        mark("Message"),
        (
            mark("The arrows choose a message; what you write goes to its sender. The last row: to anybody."),
            mark("Who is away reads it after the next log-in."),
        ),
    ),
    "tickets": (
        mark("Tickets"),
        (
            mark("Digits choose the list; T, A and S narrow it by type, area and state, / by words."),
            mark("The lower lines have a letter for all that can be done now; it asks for what it needs."),
            mark("The space bar marks several, then a letter does the same to all. F3 calls the customer."),
        ),
    ),
    "ticket_form": (
        mark("New ticket"),
        (
            mark("Digits choose type and category, or the letters of a quick code, such as wxh."),
            mark("Tab or Enter goes on, Ctrl+S stores. Esc leaves, and what is written stays."),
            mark("If the same is open already you are asked: told again, or a new ticket."),
        ),
    ),
    "knowledge": (
        mark("Knowledge"),
        (
            mark("What belongs to the caller's matter comes by itself; two characters find anything."),
            mark("Enter opens. In an article 1 reads it out: the customer hears it, then you are back."),
            mark(
                "In a diagnosis digits answer; 0 goes back. At its end 1 makes the ticket with all answers."
            ),
        ),
    ),
    "file": (
        mark("Whole file"),
        (
            mark("1 is the file with what is open on top, 2 all contacts; more comes by itself."),
            mark("3 says which system each field comes from and how old it is; g gives ours back to it."),
            mark("n writes down a number as the customer's: earlier calls from it come along."),
            mark("x shows hidden numbers; who looked is written down. m merges another file into this one."),
        ),
    ),
}


def page_for(app: "AgentApp") -> tuple[str, list[str]]:
    """Title and paragraphs for the place that has the cursor."""
    if app.desk is None:
        return tr("Log in"), [
            tr("Enter your staff number and your PIN, and choose your seat by its number."),
            tr("After five wrong PINs the log-in is locked for a quarter of an hour."),
        ]
    if app.desk.digits.open:
        return tr("Keys"), [
            tr("Each key goes at once to whom you speak to: for the menus of banks and offices."),
            tr("Esc closes the line and puts the cursor back. The call goes on."),
        ]
    if app.panel in PANELS:
        title, paragraphs = PANELS[app.panel]
        return tr(title), [tr(paragraph) for paragraph in paragraphs]
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
    if app.situation().state in WITH_THIRD:
        return tr("Three in a call"), [
            tr("The line under the card names both others; > and SPEAKING mark whom you speak to."),
            tr("F4 or F5 speak to the other one. F6 hands the customer over and you are out."),
            tr("F7 joins all three. F8 lets the third one go: you are alone with the customer again."),
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
