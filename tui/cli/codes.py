"""The engine's codes for what is wrong with data, in words: `duplicate staff_number 8001` and the like."""

from tui.words import mark, tr

CODES = {
    "not_found": mark("not found"),
    "duplicate": mark("taken already"),
    "required": mark("is missing"),
    "too_long": mark("too long"),
    "too_many": mark("too many"),
    "too_many_cells": mark("more cells than headings"),
    "bad_number": mark("not a telephone number"),
    "bad_money": mark("not an amount of money"),
    "bad_flag": mark("neither yes nor no"),
    "bad_staff_number": mark("not a staff number"),
    "spreadsheet_number": mark("the spreadsheet has cut its digits; format the column as text"),
    "ambiguous": mark("belongs to several customers"),
    "unknown_column": mark("no such column"),
    "unknown_field": mark("no such field"),
    "twice": mark("two columns for one field"),
    "stale": mark("changed by somebody else meanwhile; look again"),
    "too_early": mark("over already, or before the beginning"),
    "bad_time": mark("not a time"),
    "no_place": mark("too short or no place"),
    "unknown_line": mark("no such line of business"),
    "repeated": mark("stands in the list twice"),
    "bad_date": mark("not a date or month"),
    "bad_months": mark("not a number of months"),
    "not_digits": mark("not 4 to 32 digits"),
    "spent": mark("spent already"),
    "bad_form_number": mark("not the number of a form: one of its digits is wrong"),
    "masked": mark("hidden digits that fit no stored number; write the whole number"),
    "same_customer": mark("twice the same customer"),
    "unknown_word": mark("not one of the words for it"),
}

FIELDS = {
    "name": mark("Name"),
    "customer_number": mark("Customer number"),
    "phones": mark("Phone numbers"),
    "address": mark("Address"),
    "area": mark("Area"),
    "card_number": mark("Smart card"),
    "packages": mark("Packages"),
    "balance": mark("Balance"),
    "balance_fen": mark("Balance"),
    "arrears": mark("Arrears"),
    "vip": mark("VIP"),
    "remark": mark("Remark"),
    "tags": mark("Tags"),
    "importance": mark("Importance"),
    "stage": mark("Stage"),
    "id_number": mark("Identity number"),
    "person": mark("Person"),
    "device": mark("Device"),
    "account": mark("Account"),
    "merge": mark("Merge"),
    "row": mark("Row"),
    "month": mark("Month"),
    "item": mark("Item"),
    "amount": mark("Amount"),
    "number": mark("Number"),
    "secret": mark("Secret"),
    "expires": mark("Valid until"),
    "price": mark("Price"),
    "months": mark("Months"),
    "on_sale": mark("On sale"),
    "recharge_card": mark("Recharge card"),
    "call_id": mark("Call"),
    "customer_id": mark("Customer"),
    "staff_number": mark("Staff no."),
    "case": mark("Case"),
    "notice": mark("Notice"),
    "technician": mark("Technician"),
    "expected": mark("Expected"),
    "from": mark("Starts"),
    "until": mark("Ends"),
    "at": mark("Time"),
    "schedule": mark("Planned change"),
    "ticket": mark("Ticket"),
    "text": mark("Text"),
    "text_en": mark("Text"),
    "line": mark("Line of business"),
    "article": mark("Article"),
    "form": mark("Form number"),
    "paper_form": mark("Form number"),
    "called_at": mark("Time of the call"),
    "created_at": mark("Time of the call"),
}


def code_words(code: str) -> str:
    """Words for one code; an unknown one stays as it is."""
    return tr(CODES[code]) if code in CODES else code


def field_words(field: str) -> str:
    """Words for a field; an unknown one stays as it is."""
    return tr(FIELDS[field]) if field in FIELDS else field


def coded_words(message: str) -> str:
    """Words for a message made of code, field and value; empty for a message that is none."""
    code, _, rest = message.rpartition(": ")[2].partition(" ")
    if code not in CODES:
        return ""
    field, _, value = rest.partition(" ")
    what = f"{field_words(field)} {value}".strip()
    return tr("{name}: {why}", name=what, why=tr(CODES[code])) if what else tr(CODES[code])
