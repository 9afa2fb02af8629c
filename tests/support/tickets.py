"""Tickets as tests look at them in the database: all of them, and one with all that belongs to it."""

import sqlite3

from db.ticket_lists import ShownTicket, list_tickets, show_ticket
from db.ticket_query import TicketFilter
from engine.core.states import Role
from engine.core.tickets.records import Actor, Ticket

ADMIN = Actor(staff_number="8901", role=Role.ADMIN)


def all_tickets(conn: sqlite3.Connection) -> list[Ticket]:
    """Whatever their state, the newest first."""
    return [ticket for ticket, _ in list_tickets(conn, TicketFilter(everything=True), ADMIN)]


def shown(conn: sqlite3.Connection, number: str) -> ShownTicket:
    """One with history and files."""
    return show_ticket(conn, number, ADMIN)
