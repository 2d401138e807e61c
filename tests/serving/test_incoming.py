"""Where a request ends, however its bytes arrive; and that gunicorn's parser sees the same."""

from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from community.serving.incoming import IncomingRequest, RefusedError
from community.serving.limits import BODY_BYTES, HEAD_BYTES

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345"
CHUNKS = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n\r\n\r\r\n2\r\n45\r\n0\r\n"
CHUNKED = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
WHOLE = [GET, b"\r\n" + GET, POST, CHUNKS + b"\r\n", CHUNKS + b"X-Sum: z\r\n\r\n"]


def read(source: IncomingRequest) -> bytes:
    def pieces() -> Iterator[bytes]:
        while piece := source.recv(7):
            yield piece

    return b"".join(pieces())


@pytest.mark.parametrize("whole", WHOLE)
@given(data=st.data())
def test_a_request_ends_where_it_ends_in_whatever_pieces_it_comes(whole: bytes, data: st.DataObject) -> None:
    following = data.draw(st.sampled_from([b"", GET, b"PO"]))
    sent = whole + following
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=6)))
    request, rest = IncomingRequest(), b""
    for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        rest = request.feed(rest + sent[begin:end] if request.is_whole else sent[begin:end])
        assert request.is_whole == (end >= len(whole))
    assert (read(request), rest) == (whole, following)
    request.close()


@pytest.mark.parametrize("whole", WHOLE)
def test_the_parser_reads_it_to_its_end_and_no_further(whole: bytes) -> None:
    request = IncomingRequest()
    assert request.feed(whole) == b""
    parser = RequestParser(Config(), request, ("127.0.0.1", 1))  # type: ignore[arg-type]  it asks for recv() alone
    assert next(parser).path == "/a"
    assert parser.finish_body()
    assert parser.unreader.buf.getvalue() == b""
    request.close()


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked",
        b"Content-Length: -1",
        b"Content-Length: 5, 5",
        b"Content-Length: +5",
        b"Content-Length : 5",
        b"Content-Length:\x0b5",
        b"Content-Length: " + b"0" * 5000 + b"5",
        b"Transfer-Encoding: chunked, gzip",
    ],
)
def test_an_end_that_could_be_seen_in_two_ways_is_refused(framing: bytes) -> None:
    request = IncomingRequest()
    request.feed(b"POST /a HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n0\r\n\r\n")
    parser = RequestParser(Config(), request, ("127.0.0.1", 1))  # type: ignore[arg-type]  it asks for recv() alone
    with pytest.raises(ParseException):
        next(parser)
    request.close()


def test_a_length_beyond_all_measure_leaves_nobody_waiting() -> None:
    request = IncomingRequest()
    request.feed(b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\nabc")
    assert request.is_whole
    parser = RequestParser(Config(), request, ("127.0.0.1", 1))  # type: ignore[arg-type]  it asks for recv() alone
    body = next(parser).body
    assert body is not None
    assert body.read() == b""


def test_what_is_too_large_is_refused_while_it_comes() -> None:
    with pytest.raises(RefusedError) as head:
        IncomingRequest().feed(b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES)
    assert head.value.status == 431
    for size in (BODY_BYTES + 1, BODY_BYTES // 20):
        request, chunk = IncomingRequest(), b"%x\r\n%b\r\n" % (size, bytes(size))
        request.feed(CHUNKED)
        with pytest.raises(RefusedError) as body:
            for _ in range(21):
                request.feed(chunk)
        assert body.value.status == 413
        request.close()


def test_a_large_body_may_come_in_chunks_of_kilobytes() -> None:
    request = IncomingRequest()
    request.feed(CHUNKED)
    chunks = b"400\r\n%b\r\n" % bytes(1024) * 1024
    for _ in range(BODY_BYTES // 1024 // 1024):
        request.feed(chunks)
    assert request.feed(b"0\r\n\r\nGET") == b"GET"
    assert request.is_whole
    request.close()


@pytest.mark.parametrize(
    "piece", [b"1\r\na\r\n", b"1;x=y\r\na\r\n", b"001\r\na\r\n", b"10\r\n%b\r\n" % bytes(16)], ids=repr
)
def test_a_body_of_crumbs_is_refused_before_it_costs_anything(piece: bytes) -> None:
    request, fed = IncomingRequest(), 0
    request.feed(CHUNKED)
    with pytest.raises(RefusedError) as refused:
        while fed < BODY_BYTES:
            request.feed(piece * 1000)
            fed += len(piece) * 1000
    assert (refused.value.status, fed < 100_000) == (400, True)
    request.close()


def test_a_thousand_crumbs_are_taken_and_endless_trailers_are_not() -> None:
    request = IncomingRequest()
    request.feed(CHUNKED + b"1\r\na\r\n" * 990 + b"0\r\n\r\n")
    assert request.is_whole
    request.close()
    with pytest.raises(RefusedError):
        IncomingRequest().feed(CHUNKED + b"0\r\n" + b"a:b\r\n" * 1000)


@pytest.mark.parametrize(
    "garbage",
    [
        b"-5\r\nabc",
        b"5\nabcde\n0\n\n",
        b"\r\n",
        b"x\r\n",
        b"5 \r\n",
        b"5 5\r\n",
        b"0x5\r\n",
        b"1\r\na\r\n0\r\na:b\n\n",
        b"5" * 9000,
    ],
)
def test_what_is_no_chunk_is_refused(garbage: bytes) -> None:
    with pytest.raises(RefusedError):
        IncomingRequest().feed(CHUNKED + garbage)


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 00000000000000000044", 44),
        (b"Content-Length: " + b"0" * 3000 + b"44", 44),
        (b"Content-Length:44\t ", 44),
        (b"Content-Length-Of-Nothing: 3\r\nContent-Length: 44", 44),
        (b"Transfer-Encoding: chunked", b"00000000000000000005\r\nabcde\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"0000000000000;a\r\n\r\n"),
    ],
)
def test_a_length_of_any_number_of_digits_is_read_as_the_parser_reads_it(framing: bytes, body: int | bytes) -> None:
    said = bytes(body) if isinstance(body, int) else body
    request = IncomingRequest()
    assert request.feed(b"POST /a HTTP/1.1\r\nHost: x\r\n" + framing + b"\r\n\r\n" + said + GET) == GET
    parser = parse(request)
    assert next(parser).path == "/a"
    assert parser.finish_body()
    assert request.is_read
    request.close()


def parse(request: IncomingRequest) -> RequestParser:
    return RequestParser(Config(), request, ("127.0.0.1", 1))  # type: ignore[arg-type]  it asks for recv() alone


def test_a_parser_that_sees_another_end_is_noticed() -> None:
    """Whichever way: it asked for more, or left something."""
    whole = IncomingRequest()
    whole.feed(POST)
    parser = parse(whole)
    next(parser)
    assert not whole.is_read
    assert parser.finish_body()
    assert whole.is_read
    assert whole.recv(1) == b""
    assert not whole.is_read
    whole.close()


def test_a_body_of_declared_excess_is_left_to_the_applications_own_page() -> None:
    request = IncomingRequest()
    request.feed(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\nabc" % (BODY_BYTES + 1))
    assert (request.is_whole, request.is_cut_short) == (True, True)


@pytest.mark.parametrize(("version", "is_asked"), [(b"1.1", True), (b"1.0", False)])
def test_only_a_client_that_knows_continue_is_told_to_go_on(version: bytes, *, is_asked: bool) -> None:
    request = IncomingRequest()
    request.feed(b"POST /a HTTP/" + version + b"\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert request.waits_to_be_asked == is_asked
    request.feed(b"12345")
    assert request.is_whole
    request.close()
