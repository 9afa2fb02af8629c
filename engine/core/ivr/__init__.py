"""The voice menu: a flow read from text, the interpreter that walks it, and the tools that judge it."""
