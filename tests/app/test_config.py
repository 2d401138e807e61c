"""What may be set, what is refused, what is made up for."""

import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from community.config import ROOT, Config, ConfigError, read_config
from community.placeholders import find_weakness, is_example_host, is_own_machine, is_placeholder
from community.setting_faults import SECRET_MIN_LENGTH
from tests.databases import PRODUCTION, plain_environment

KEY = PRODUCTION["secret_key"]


def settings(tmp_path: Path, **given: Any) -> Config:  # noqa: ANN401  any setting
    return Config(_env_file=None, data_dir=tmp_path, **given)  # pyright: ignore[reportCallIssue]  pydantic-settings' own


def findings(tmp_path: Path, **given: Any) -> list[str]:  # noqa: ANN401  any setting
    """Which settings production refuses, of its own and these."""
    try:
        read_config(_env_file=None, data_dir=tmp_path, **{**PRODUCTION, **given})
    except ConfigError as error:
        lines = [re.fullmatch(r"TSUDOI_([A-Z_]+): \S.*", line) for line in error.findings]
        return [line[1].lower() if line else "no sentence about a setting" for line in lines]
    return []


def test_production_takes_settings_of_its_own(tmp_path: Path) -> None:
    assert settings(tmp_path, **PRODUCTION).secret == KEY
    full = {
        "database_url": "postgresql://tsudoi:q7Fv-2mXc@db/tsudoi",
        "redis_url": "redis://:pX93kd-Lm@redis:6379/0",
        "smtp_url": "smtps://postman:zR4.kd92@mail.kitahama-seiko.jp:465",
        "mail_from": "集い <no-reply@kitahama-seiko.jp>",
        "metrics_token": secrets.token_urlsafe(24),
        "sentry_dsn": "https://3f9a@errors.kitahama-seiko.jp/1",
    }
    assert findings(tmp_path, **full) == []
    assert findings(tmp_path, smtp_url="smtp://localhost:25", mail_from="x@kitahama-seiko.jp") == []


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "   ",
        "short",
        "change-me",
        "Change-Me",
        "  CHANGE_ME  ",
        "changeme" * 8,
        "change-me-" * 4,
        "please change me, please!!" * 2,
        "ch4ng3-m3-ch4ng3-m3-ch4ng3-m3-ch4ng3",
        "…",
        "..." * 20,
        "x" * 40,
        "-" * 40,
        "ab" * 20,
        "abcdefgh" * 4,
        "0123456789abcdef" * 2,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789" * 4,
        "aabbccddeeffgghhiijjkkllmmnnoopp",
        "secret" * 8,
        "your-secret-key-goes-here-0123456789",
        "<generate with secrets.token_urlsafe(48)>",
        "${TSUDOI_SECRET_KEY_FROM_THE_VAULT}",
        "django-insecure-j3k2l5j6h7g8f9d0s1a2",
        "a-very-long-example-secret-for-tsudoi",
        "パスワード" * 8,
        "1111111111111111111111111111111112",
        "qwertyuiopasdfghjklzxcvbnm1234567890",
        "replace-with-a-long-random-string-of-48",
        "some-long-random-string-goes-here-1234567",
        "dev-only-key-do-not-use-in-production-x",
        "thisisaverylongsecretthatnobodyknows",
        "correct horse battery staple correct horse",
        "the_quick_brown_fox_jumps_over_the_lazy_dog",
        "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        "d41d8cd98f00b204e9800998ecf8427e",
        "q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8",
        KEY[:31],
        KEY[:16] * 2,
        KEY[:16] + KEY[:15] + "",
    ],
)
def test_production_refuses_a_secret_that_nobody_made(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValidationError, match="TSUDOI_SECRET_KEY"):
        settings(tmp_path, **{**PRODUCTION, "secret_key": secret})
    assert findings(tmp_path, secret_key=secret) == ["secret_key"]


@pytest.mark.parametrize(
    "make", [lambda: secrets.token_urlsafe(24), lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(48)]
)
def test_a_secret_that_was_made_is_never_refused(make: Any) -> None:  # noqa: ANN401  a lambda
    assert {find_weakness(make(), SECRET_MIN_LENGTH) for _ in range(5_000)} == {""}


@pytest.mark.parametrize("secret", ["change-me", " CHANGE-ME", "changemechangeme", "xxxxxxxx", "your secret key"])
def test_a_secret_of_the_example_is_refused_everywhere(tmp_path: Path, secret: str) -> None:
    with pytest.raises(ValidationError, match="TSUDOI_SECRET_KEY"):
        settings(tmp_path, secret_key=secret)


@pytest.mark.parametrize(
    "url",
    [
        "http://community.kitahama-seiko.jp",
        "HTTP://community.kitahama-seiko.jp",
        "https://localhost",
        "https://LOCALHOST:8443",
        "https://localhost.",
        "https://tsudoi.localhost",
        "https://127.0.0.1",
        "https://127.1",
        "https://0x7f.1",
        "https://[::1]:8000",
        "https://0.0.0.0",
        "https://[::ffff:127.0.0.1]",
        "https://169.254.1.1",
        "https://community.example.com",
        "https://example.org.",
        "https://EXAMPLE.com",
        "https://community.example.jp",
        "https://www.example.co.jp",
        "https://tsudoi.example",
        "https://tsudoi.test",
        "https://tsudoi.invalid",
        "https://192.0.2.7",
        "https://[2001:db8::1]",
        "https://your-domain.com",
        "https://community.yourcompany.co.jp",
        "https://user:pw@community.kitahama-seiko.jp",
        "https://community.kitahama-seiko.jp/?x=1",
        "https://community.kitahama-seiko.jp/#top",
    ],
)
def test_production_refuses_a_public_url_that_is_not_https_or_leads_nobody_there(tmp_path: Path, url: str) -> None:
    assert set(findings(tmp_path, public_url=url)) == {"public_url"}


@pytest.mark.parametrize(
    "url",
    [
        "https://community.kitahama-seiko.jp",
        "https://tsudoi.internal:8443/",
        "https://tsudoi",
        "https://10.1.2.3",
        "https://[fd00::7]",
        "https://example.kitahama-seiko.jp",
        "https://examples.com",
        "https://集い.jp",
        "https://mycompanyname.jp",
        "https://host.kitahama.jp/c/",
    ],
)
def test_production_takes_any_https_name_that_may_be_real(tmp_path: Path, url: str) -> None:
    assert findings(tmp_path, public_url=url) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("metrics_token", "token"),
        ("metrics_token", "change-me"),
        ("metrics_token", "x" * 40),
        ("metrics_token", "Zk3vQ9tL2m"),
        ("metrics_token", KEY),
        ("database_url", "postgresql://tsudoi:password@127.0.0.1/tsudoi"),
        ("database_url", "postgresql://tsudoi:PASSWORD1@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:…@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:...@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:tsudoi@db/tsudoi"),
        ("database_url", "postgresql://kanda:kanda@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:%E2%80%A6@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:xxxxxx@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:<password>@db/tsudoi"),
        ("database_url", "postgres://tsudoi:@db/tsudoi"),
        ("database_url", "postgresql://tsudoi:${TSUDOI_DATABASE_PASSWORD}@db/tsudoi"),
        ("database_url", "postgresql://a:k3Jd@host/name"),
        ("database_url", "postgresql://a:k3Jd@db.example.com/name"),
        ("database_url", "mysql://db/tsudoi"),
        ("database_url", "postgresql://a@db:port/x"),
        ("redis_url", "redis://:changeme@redis:6379/0"),
        ("redis_url", "redis://redis.example.com/0"),
        ("redis_url", "redis:6379"),
        ("smtp_url", "smtps://user:password@mail.kitahama-seiko.jp:465"),
        ("smtp_url", "smtp://mail.example.com"),
        ("smtp_url", "smtp://host:587"),
        ("smtp_url", "smtp://u:k3Jdq@smtp.example.co.jp:587"),
        ("smtp_url", "mail.kitahama-seiko.jp:587"),
        ("smtp_url", "smtp://"),
        ("sentry_dsn", "https://key@errors.example.com/1"),
    ],
)
def test_production_refuses_placeholders_in_every_setting(tmp_path: Path, name: str, value: str) -> None:
    assert set(findings(tmp_path, **{"mail_from": "a@kitahama-seiko.jp", name: value})) == {name}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mail_from", "Tsudoi <no-reply@localhost>"),
        ("mail_from", "Tsudoi"),
        ("mail_from", "a@example.com"),
        ("mail_bounces", "bounces@example.com"),
    ],
)
def test_production_refuses_a_sender_to_whom_no_answer_comes_back(tmp_path: Path, name: str, value: str) -> None:
    given = {"smtp_url": "smtp://mail.kitahama-seiko.jp", "mail_from": "a@kitahama-seiko.jp", name: value}
    assert findings(tmp_path, **given) == [name]


@pytest.mark.parametrize("file", ["deploy/tsudoi.env", ".env.example"])
def test_the_example_files_are_refused_as_they_are(tmp_path: Path, file: str) -> None:
    lines = re.findall(r"^#?TSUDOI_(\w+)=(.*)$", (ROOT / file).read_text(), re.MULTILINE)
    given = {name.lower(): value for name, value in lines} | {"environment": "production"}
    given.setdefault("secret_key", "")
    wanted = {"secret_key", "database_url", "public_url", "smtp_url", "mail_from"}
    if file == "deploy/tsudoi.env":
        wanted |= {"product_name", "vendor_name", "community_name"}
    assert wanted <= set(findings(tmp_path, **{name: value for name, value in given.items() if name != "data_dir"}))


def test_everything_that_is_wrong_is_said_at_once_in_one_line_each(tmp_path: Path) -> None:
    wrong = {
        "secret_key": "change-me",
        "public_url": "http://x.jp",
        "time_zone": "Asia/Kyoto",
        "trusted_proxies": "one",
    }
    assert sorted(findings(tmp_path, **wrong)) == ["public_url", "secret_key", "time_zone", "trusted_proxies"]


def test_no_finding_repeats_a_secret(tmp_path: Path) -> None:
    wrong = {
        "secret_key": "hunter2hunter2",
        "database_url": "postgresql://u:tsudoi@db.example.com/x",
        "metrics_token": "hunter3",
    }
    with pytest.raises(ConfigError) as raised:
        read_config(_env_file=None, data_dir=tmp_path, **{**PRODUCTION, **wrong})
    assert not any(word in str(raised.value) for word in ("hunter", "u:tsudoi"))


PROGRAMS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["python", "-m", "community", "migrate"], marks=pytest.mark.long),
        ["python", "-m", "community", "serve", "--port", "1"],
        pytest.param(["python", "-m", "community", "create-admin", "a@b.jp"], marks=pytest.mark.long),
        pytest.param(["python", "-m", "community", "demo"], marks=pytest.mark.long),
        ["gunicorn", "-k", "gthread", "--no-control-socket", "--bind", "127.0.0.1:0", "wsgi:app"],
        ["celery", "-A", "wsgi.celery", "worker", "-P", "threads"],
        pytest.param(["celery", "-A", "wsgi.celery", "beat"], marks=pytest.mark.long),
    ],
    ids=lambda command: " ".join(command[:4]),
)
def test_every_way_in_says_it_in_sentences_and_ends(tmp_path: Path, command: list[str]) -> None:
    wrong = plain_environment(
        environment="production", data_dir=tmp_path / "data", secret_key="change-me", public_url="http://x.jp"
    )
    program = [str(PROGRAMS / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=ROOT, env=wrong, check=False, capture_output=True, text=True, timeout=60)
    said = done.stdout + done.stderr
    assert done.returncode in {2, 3}, said
    assert "TSUDOI_SECRET_KEY: is a placeholder" in said
    assert "TSUDOI_PUBLIC_URL: begins with https://" in said
    assert "Traceback" not in said
    assert not (tmp_path / "data" / "tsudoi.db").exists()


def test_an_embedded_installation_makes_its_secret_once_and_keeps_it_to_itself(tmp_path: Path) -> None:
    first, second = settings(tmp_path).secret, settings(tmp_path).secret
    assert first == second
    assert len(first) >= 32
    [kept] = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_means_the_driver_that_is_installed(tmp_path: Path, scheme: str) -> None:
    assert settings(tmp_path, database_url=f"{scheme}://db/tsudoi").database == "postgresql+psycopg://db/tsudoi"


def test_nothing_set_means_sqlite_below_the_data_folder(tmp_path: Path) -> None:
    assert settings(tmp_path).database == f"sqlite:///{tmp_path / 'tsudoi.db'}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Asia/Kyoto"),
        ("time_zone", "../etc"),
        ("public_url", "community"),
        ("settle_seconds", 0),
        ("environment", "prod"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"^TSUDOI_{name.upper()}: "):
        read_config(_env_file=None, data_dir=tmp_path, **{name: value})


@pytest.mark.parametrize("host", ["LOCALHOST", "localhost.localdomain", "::1", "[::]", "127.0.0.2"])
def test_own_machine(host: str) -> None:
    assert is_own_machine(host)


@pytest.mark.parametrize("around", ["[{}]", "<{}>", "${{{}}}", "{{{{{}}}}}", "%{}%", "${}", "{}"])
def test_random_secrets_are_taken_whatever_signs_they_begin_and_end_with(around: str) -> None:
    for made in (
        "k3Jd9QxWm2pR7tVb5nYc8sLf4hGz6aEu", "9f3c1e7ab25d804c6e1fa7320bd98e54", "Xq7_mT2-vR9kLz4WbN8cYp3sJd6hFg5A",
        "MZXW6YTBOI2GK3TUNFXGO5DINFZSA4DP", "kJdQxWmpRtVbnYcsLfhGzaEuRwPqMnBv", "k3Jd9Qx2m",
    ):  # fmt: skip
        assert not is_placeholder(around.format(made)), around.format(made)


@pytest.mark.parametrize(
    "value",
    [
        "[password]", "<your-secret-key-here>", "[SECRET_KEY_32_CHARS]", "<32 random characters>", "{{ secret_key }}",
        "${SECRET_KEY:-changeme}", "%TSUDOI_SECRET%", "$TSUDOI_SECRET_KEY", "<ここに入れる>", "[]", "<…>",
        "[yourSuperSecretKeyGoesHere]", "<p4ssw0rd>", "[s3cr3t-k3y-h3r3]", "[ch4ng3-m3]", "<DB_PASSWORD_1>",
        "[k3y]", "<paste the output of openssl rand -hex 32>", "${POSTGRES16_PASSWORD2}",
    ],
)  # fmt: skip
def test_names_and_sentences_in_brackets_are_placeholders(value: str) -> None:
    assert is_placeholder(value)


def test_what_is_real_is_neither_example_nor_placeholder() -> None:
    assert not any(
        map(
            is_example_host,
            ("kitahama.jp", "example.kitahama.jp", "8.8.8.8", "db", "localhost", "hostname.kitahama.jp"),
        )
    )
    assert not any(map(is_placeholder, ("k3Jdq", "tsubaki-no-niwa", "0c7f")))


@pytest.mark.parametrize(
    "host", ["localhost6", "ip6-localhost", "127.1", "2130706433", "0177.0.0.1", "255.255.255.255"]
)
def test_own_machine_however_it_is_written(host: str) -> None:
    assert is_own_machine(host)


@pytest.mark.parametrize("host", ["your.domain.com", "domain.com", "company.com", "my-site.com", "your-domain"])
def test_names_where_a_name_is_to_come(host: str) -> None:
    assert is_example_host(host)


@pytest.mark.parametrize("host", ["my-site.kumihimo.co.jp", "my-org.jp", "your-server.de", "8.8.8.8", "10.0.0.1"])
def test_names_that_only_look_like_it_are_taken(host: str) -> None:
    assert not is_example_host(host)
    assert not is_own_machine(host)


@pytest.mark.parametrize("secret", ["tsudoi_prod", "hunter2", "12345678", "changeit", "p@ssw0rd", "変更してください"])
def test_passwords_that_manuals_have_are_placeholders(secret: str) -> None:
    assert is_placeholder(secret)


@pytest.mark.parametrize(
    "hosts", ["second.example.co.jp:8443", "https://b.kumihimo.co.jp", "組紐.jp", "*", "a.jp b.jp"]
)
def test_further_names_that_no_browser_sends_are_refused(tmp_path: Path, hosts: str) -> None:
    with pytest.raises(ValidationError, match="TSUDOI_TRUSTED_HOSTS"):
        settings(tmp_path, trusted_hosts=f"fine.internal, {hosts}")


def test_a_secret_in_the_data_folder_is_what_stands_in_its_file_without_what_an_editor_adds(tmp_path: Path) -> None:
    config = settings(tmp_path)
    made = config.secret
    path = config.data_dir / "secret-key"
    path.write_text(f"{made}\n")
    assert settings(tmp_path).secret == made
    assert settings(tmp_path).secrets_before == []
    path.write_text("\n")
    with pytest.raises(ConfigError, match="secret-key is empty"):
        _ = settings(tmp_path).secret
