"""What can be wrong with a source, as codes that reports and screens translate."""

CODES = (
    "unreadable",  # the file or folder cannot be read
    "unknown_kind",  # neither CSV, DBF nor .xlsx
    "encoding",  # neither UTF-8 nor GB18030
    "bad_line",  # the same from one line on, whose number is the detail
    "no_headings",
    "damaged",  # the file ends early, or is not what its name says
    "too_large",
    "cannot_connect",
    "bad_query",
    "missing_driver",  # the extra `sql` is not installed
    "not_json",
    "no_rows",  # the answer has no list where one is expected
    "refused",  # an HTTP status that is not 200
    "time_out",
)


class SourceTrouble(Exception):
    """A source cannot be read. `code` is one of CODES; `detail` says more, for the log and the report."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
