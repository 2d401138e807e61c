"""Where a request ends, however its bytes arrive; and that gunicorn's parser sees the same."""

from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from community.serving.incoming import IncomingRequest, TooLargeError
from community.serving.limits import BODY_BYTES, HEAD_BYTES

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345"
CHUNKS = b"POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\n\r\n\r\r\n2\r\n45\r\n0\r\n"
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
    with pytest.raises(TooLargeError) as head:
        IncomingRequest().feed(b"GET / HTTP/1.1\r\nX: " + b"x" * HEAD_BYTES)
    assert head.value.status == 431
    request = IncomingRequest()
    request.feed(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n")
    with pytest.raises(TooLargeError) as body:
        for _ in range(BODY_BYTES // 1_000_000 + 2):
            request.feed(bytes(1_000_000))
    assert body.value.status == 413
    request.close()


def test_a_body_of_declared_excess_is_left_to_the_applications_own_page() -> None:
    request = IncomingRequest()
    request.feed(b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\nabc" % (BODY_BYTES + 1))
    assert (request.is_whole, request.is_cut_short) == (True, True)
