"""Somebody with a plain HTTP client, who tries again when the server was just killed."""

import http.client
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

TRY_FOR_SECONDS = 60
PAUSE_SECONDS = 0.2
# A busy machine is slow; only a process that is gone, or that never answers, loses an answer.
PATIENCE_SECONDS = 60
# What a client sees when the process is killed before, during or after its answer.
GONE = (urllib.error.URLError, http.client.HTTPException, ConnectionError, TimeoutError)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Takes "it is stored, look there" for the answer, and does not look."""

    def http_error_302(self, req: object, fp: http.client.HTTPResponse, *_: object) -> http.client.HTTPResponse:  # pyright: ignore[reportIncompatibleMethodOverride]  fewer words, all by place
        del req
        return fp


class Visitor:
    """One person at one web process. `send` posts a form and returns whether the server acknowledged it.

    `looks`: as a browser does, the person opens the page that an answer leads to.
    """

    def __init__(self, url: str, email: str, password: str, *, looks: bool = True) -> None:
        self.url = url
        redirects = () if looks else (_Stay(),)
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), *redirects)
        self.token = ""
        self.gone = ""  # why the latest form was not heard of
        self._patiently("/sign-in", {"email": email, "password": password})
        self.refresh_token()

    def refresh_token(self) -> None:
        """The token in any page is good for the whole session."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self._patiently("/"))
        assert found
        self.token = found[1]

    def send(self, path: str, fields: dict[str, str]) -> bool:
        """Once: acknowledged, or not heard of."""
        try:
            self._open(path, {"csrf_token": self.token, **fields})
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.code}\n{error.read().decode(errors='replace')[:2000]}") from error
        except GONE as error:
            self.gone = repr(error)
            return False
        return True

    def _patiently(self, path: str, fields: dict[str, str] | None = None) -> str:
        deadline = time.monotonic() + TRY_FOR_SECONDS
        while True:
            try:
                if fields is not None:
                    page = self._open(path, None)
                    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
                    assert token
                    return self._open(path, {"csrf_token": token[1], **fields})
                return self._open(path, None)
            except GONE:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)

    def _open(self, path: str, fields: dict[str, str] | None) -> str:
        data = urllib.parse.urlencode(fields).encode() if fields is not None else None
        request = urllib.request.Request(self.url + path, data=data)  # noqa: S310  our own server
        with self._opener.open(request, timeout=PATIENCE_SECONDS) as answer:
            return answer.read().decode()
