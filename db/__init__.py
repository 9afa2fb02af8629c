"""The database: SQLite in WAL mode, written by one thread (`db.store`); elsewhere plain functions.

Money is integer fen, times are UTC milliseconds, durations milliseconds, phone numbers text in normal form.
"""
