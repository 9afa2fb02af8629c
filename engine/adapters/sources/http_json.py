"""Lists of subscribers over HTTP: JSON objects, page by page."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.spool import Spool, filled
from engine.adapters.sources.tables import text_of

_TIMEOUT_S = 30.0  # without a byte
_PAGE_S = 300.0
_TRIES = 3
_PAUSE_S = 0.5
_MOST_PAGES = 100_000
_MOST_BYTES = 64_000_000  # of one page
_DEEPEST = 3


def fetch_pages(url: str, secret: str, rows: str, following: str, page: str, folder: Path) -> Spool:
    """All rows of all pages. Raises SourceTrouble.

    `rows`: where the list is in the answer ("data.items"; empty: the answer is the list). `following`: where
    the address of the next page is; `page`: the parameter that counts the pages from 1, until one is empty.
    """
    import httpx  # a tenth of a second that other kinds do not need

    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {secret}"} if secret else {})
    with filled(folder) as spool:
        try:
            with httpx.Client(timeout=_TIMEOUT_S, headers=headers, follow_redirects=False) as client:
                _fetch(client, spool, url, rows, following, page)
        except httpx.HTTPError as error:
            code = "time_out" if isinstance(error, httpx.TimeoutException) else "cannot_connect"
            raise SourceTrouble(code, str(error) or type(error).__name__) from None
    return spool


def _fetch(client: Any, spool: Spool, url: str, rows: str, following: str, page: str) -> None:
    address, last, asked = url, None, {url}
    for number in range(1, _MOST_PAGES + 1):
        answer = _ask(client, address, {page: str(number)} if page else {})
        found = _at(answer, rows)
        if not isinstance(found, list):
            raise SourceTrouble("no_rows", rows)
        if page and found == last:  # the other side does not know the parameter: it would never end
            raise SourceTrouble("no_rows", f"{page}={number}: the same page again")
        spool.add(_flat(row) for row in found)
        last = found
        if following:
            target = _at(answer, following)
            if not target:
                return
            address = _same_host(url, address, str(target))
            if address in asked:
                raise SourceTrouble("no_rows", f"{address}: the same page again")
            asked.add(address)
        elif not page or not found:
            return
    raise SourceTrouble("too_large", f"{_MOST_PAGES} pages")


def _ask(client: Any, address: str, parameters: Mapping[str, str]) -> Any:
    """One page. A server that is busy is asked again, twice."""
    import httpx

    where = httpx.URL(address).copy_merge_params(parameters)
    for tries_left in range(_TRIES - 1, -1, -1):
        try:
            status, body = _body(client, where)
            if status < 500 or not tries_left:
                break
        except httpx.TransportError:
            if not tries_left:
                raise
        time.sleep(_PAUSE_S)
    if status != 200:
        raise SourceTrouble("refused", str(status))
    try:
        return json.loads(body)
    except ValueError as error:
        raise SourceTrouble("not_json", str(error)) from None


def _body(client: Any, where: Any) -> tuple[int, bytes]:
    """Status and content, which is not read further than a page may be large, or may take."""
    body, began = bytearray(), time.monotonic()
    with client.stream("GET", where) as answer:
        if answer.status_code == 200:
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise SourceTrouble("too_large", f"{_MOST_BYTES} bytes")
                if time.monotonic() - began > _PAGE_S:
                    raise SourceTrouble("time_out", f"{_PAGE_S:.0f} s")
        return answer.status_code, bytes(body)


def _at(answer: Any, place: str) -> Any:
    """What is at "data.items" in an answer, None where there is nothing."""
    for name in place.split(".") if place else ():
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def _same_host(first: str, present: str, target: str) -> str:
    """The next page; the secret is sent nowhere but where the site has said."""
    address = urljoin(present, target)
    if urlsplit(address)[:2] != urlsplit(first)[:2]:
        raise SourceTrouble("refused", f"the next page is elsewhere: {urlsplit(address).netloc}")
    return address


def _flat(row: Any, prefix: str = "", depth: int = 0) -> dict[str, str]:
    """An object as cells: what lies deeper is called "address.street"."""
    if not isinstance(row, dict):
        raise SourceTrouble("no_rows", "a row is no object")
    cells: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            cells |= _flat(value, f"{prefix}{name}.", depth + 1)
        else:
            cells[f"{prefix}{name}"] = text_of(value)
    return cells
