"""A reverse proxy that nobody declared is said once, without addresses."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.forums.test_at_once import at_once

ADDRESS = "203.0.113.77"
WARNING = "TSUDOI_TRUSTED_PROXIES is 0"


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if WARNING in record.getMessage()]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": ADDRESS},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Host": "community.example"},
        {"X-Real-IP": ADDRESS},
        {"Forwarded": f"for={ADDRESS};proto=https"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_proxy_that_nobody_declared_is_warned_of_once_for_each_process(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    client = make_app().test_client()
    client.get("/healthz")
    assert warnings_of(caplog) == []
    assert [client.get(page, headers=headers).status_code for page in ("/healthz", "/no-such-page", "/healthz")] == [
        200,
        404,
        200,
    ]
    [said] = warnings_of(caplog)
    assert ADDRESS not in said
    [record] = [record for record in caplog.records if WARNING in record.getMessage()]
    assert record.levelname == "WARNING"
    make_app().test_client().get("/healthz", headers=headers)  # as another process
    assert len(warnings_of(caplog)) == 2


def test_many_requests_at_once_through_an_undeclared_proxy_are_one_warning(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    at_once(8, lambda _: app.test_client().get("/healthz", headers={"X-Forwarded-For": ADDRESS}))
    assert len(warnings_of(caplog)) == 1


@pytest.mark.one_database
def test_a_declared_proxy_is_no_reason_to_warn(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    client = make_app(trusted_proxies=1).test_client()
    client.get("/healthz", headers={"X-Forwarded-For": ADDRESS, "X-Forwarded-Proto": "https"})
    assert warnings_of(caplog) == []
