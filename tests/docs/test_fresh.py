"""What is made from the code is what the code says today."""

import pytest

from tests.docs.documents import DOCUMENTS, Document
from tests.docs.generate import PARTS, fresh


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_has_all_its_made_parts(name: str) -> None:
    assert Document.read(name).parts().keys() == PARTS[name].keys()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_made_parts_are_fresh(name: str) -> None:
    assert Document.read(name).text == fresh(name), "run python -m tests.docs.generate"


def test_a_stale_part_is_replaced_and_the_rest_is_left() -> None:
    text = "before\n<!-- made from the code: keys -->\nold\n<!-- end -->\nafter\n"
    made = Document("x.md", text).with_parts({"keys": "new"})
    assert made == "before\n<!-- made from the code: keys -->\nnew\n<!-- end -->\nafter\n"
