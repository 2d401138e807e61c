"""The table of docs/commonmark.md is what the code does."""

from tests.text import commonmark
from tests.text.commonmark import DEPARTURES, document, examples, judge


def test_every_example_of_commonmark_is_the_same_or_deliberately_different() -> None:
    verdicts = [judge(example) for example in examples()]
    assert len(verdicts) == 652
    assert [verdict.example.number for verdict in verdicts if not verdict.is_right] == []
    assert commonmark.written() == commonmark.table(verdicts), "python -m tests.text.commonmark"


def test_every_departure_is_made_by_some_example() -> None:
    made = {name for example in examples() for name in judge(example).departures}
    assert made == {departure.name for departure in DEPARTURES}


def test_the_reference_follows_the_specification() -> None:
    parser = commonmark.MarkdownIt("commonmark")
    for example in examples():
        assert commonmark.canonical(document(parser.render(example.markdown))) == commonmark.canonical(
            document(example.html)
        )
