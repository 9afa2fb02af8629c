"""Brings onto the machine what the project runs on: the virtual environment and the private Asterisk.

Pure standard library, and nothing else of the project: a bare `python3` runs it before anything is installed.
"""
