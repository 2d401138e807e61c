"""Tells values that were made from values that were copied: example secrets, example hosts, keys of no variety."""

import re
from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from itertools import pairwise
from socket import inet_aton, inet_ntoa

# A random text of 32 hexadecimal digits has 14 different ones on average, and fewer than 8 once in ten million.
MIN_DIFFERENT = 8
# What people and manuals write where a secret is to come. Seven letters or more: a random key of 64 characters holds
# one of them once in ten million times, so a key that was really made is never refused for it.
PLACEHOLDERS = (
    "changeme",
    "changethis",
    "replaceme",
    "replacethis",
    "placeholder",
    "secretkey",
    "supersecret",
    "topsecret",
    "notsecret",
    "notsosecret",
    "yoursecret",
    "yourkey",
    "yourpassword",
    "yourtoken",
    "insertyour",
    "enteryour",
    "mysecret",
    "examplesecret",
    "examplekey",
    "example",
    "insecure",
    "password",
    "passphrase",
    "default",
    "fillmein",
    "fillthisin",
    "generateme",
    "qwertyui",
    "asdfghjk",
    "zxcvbnm",
    "longrandom",
    "randomstring",
    "randomvalue",
    "verylong",
    "longsecret",
    "donotuse",
    "replacewith",
    "goeshere",
    "tokenurlsafe",
    "importsecrets",
    "opensslrand",
    "q1w2e3r4",
    "1q2w3e4r",
    # The sums of nothing, by MD5, SHA-1 and SHA-256.
    "d41d8cd98f00b204",
    "da39a3ee5e6b4b0d",
    "e3b0c44298fc1c14",
)
# As a whole they are placeholders too; within a random text they may stand by chance.
SHORT_PLACEHOLDERS = {
    "secret", "pass", "passwd", "pwd", "pw", "token", "key", "user", "username", "login", "admin", "administrator",
    "root", "postgres", "postgresql", "tsudoi", "redis", "test", "testing", "todo", "fixme", "tbd", "none", "null",
    "dummy", "foo", "bar", "baz", "foobar", "abc", "abcdef", "letmein", "qwerty", "generate", "here", "value", "string",
    "hunter", "welcome", "changeit", "dbpass", "dbpassword", "yourpw", "tsudoipass", "tsudoiprod", "pssw0rd", "pssword",
    "パスワード", "変更してください",
}  # fmt: skip
# Fewer may stand between the separators of a generated key by chance.
WORDS_OF_A_SENTENCE = 3
# Substitutions that nobody made: ${NAME}, {{ name }}, <password>, [password], %NAME%.
_UNFILLED = re.compile(r"\$\{.*\}|\{\{.*\}\}|<.*>|\[.*\]|%\w+%|\$[A-Za-z_]\w*")
# RFC 2606 and 6761, and what registries of countries keep free for examples (JPRS: EXAMPLE.JP, EXAMPLE.CO.JP, …).
_EXAMPLE_NAME = re.compile(
    r"(.*\.)?(example(\.(com|net|org|edu|[a-z]{2}|(co|ne|or|ac|go|ad|gr|ed|lg|com)\.[a-z]{2}))?|test|invalid)"
)
_PLACEHOLDER_NAME = re.compile(
    r"(host|hostname|mailhost|domain|domainname)"
    # Where registries end; what stands above a name of one's own is a name: my-site.kumihimo.co.jp.
    r"|(.*\.)?(your|my)-?(domain|domainname|company|host|hostname|server|site)(\.(com|net|org|tld|local|co\.jp|jp))?"
    r"|(.*\.)?(your-?org(anization)?|domain|company|yourname)\.(com|net|org|tld|co\.jp|jp)"
)
# A generator puts digits among letters, and capitals after small ones, far more often than a name or a sentence does:
# "secret_key_32", "yourSuperSecretKey". Of 32 random letters and digits one text in 300 has fewer.
_BESIDE_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_AFTER_SMALL = re.compile(r"(?<=[a-z])(?=[A-Z])")
FEWEST_BESIDE_DIGITS, FEWEST_AFTER_SMALL = 4, 7
_VOWEL = re.compile(r"[aeiouyAEIOUY]")
_NUMBERS = re.compile(r"(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+)){0,3}")
BROADCAST = ip_address("255.255.255.255")
# RFC 5737 and 3849.
_EXAMPLE_NETWORKS = tuple(map(ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")))


def is_placeholder(secret: str) -> bool:
    """Whether nobody made this: an example's words, in any case, padding or repetition, or one repeated sign."""
    plain = _letters(secret)
    if not plain or len(set(plain)) == 1:  # "…", "------", "xxxx", "0000"
        return True
    if _UNFILLED.fullmatch(secret.strip()) and not _is_mixed(secret):
        return True
    whole = plain[: _period(plain)]
    if plain in "12345678901234567890":
        return True
    return whole in SHORT_PLACEHOLDERS or whole.rstrip("0123456789") in SHORT_PLACEHOLDERS or _holds_placeholder(plain)


def find_weakness(secret: str, min_length: int) -> str:
    """Why this is no secret that a generator has made, for the end of a sentence; "" if it may be one."""
    secret = secret.strip()
    if not secret:
        return "is missing"
    if is_placeholder(secret):
        return "is a placeholder that everybody knows"
    if len(secret) < min_length:
        return f"has {len(secret)} characters; it needs {min_length} or more"
    if _period(secret) < min(min_length, len(secret)):
        return "repeats itself"
    if len(set(secret)) < MIN_DIFFERENT or _is_a_row(secret):
        return "has too little variety"
    return "is made of words" if _is_a_sentence(secret) else ""


def is_example_host(host: str) -> bool:
    """Whether nothing real has this name or address: reserved for examples, or a word where a name is to come."""
    host = _plain_host(host)
    try:
        address = ip_address(host)
    except ValueError:
        patterns = (_EXAMPLE_NAME, _PLACEHOLDER_NAME)
        return any(p.fullmatch(host) for p in patterns) or bool(_UNFILLED.search(host)) or not host.strip(".…")
    return any(address in network for network in _EXAMPLE_NETWORKS if network.version == address.version)


def is_own_machine(host: str) -> bool:
    """Whether the name leads everybody to their own machine, or nowhere: localhost, loopback, 0.0.0.0, link-local."""
    host = _plain_host(host)
    try:
        address = ip_address(_spelt_out(host))
    except ValueError:
        own = {"localhost", "localdomain", "localhost6", "localdomain6", "ip6-localhost", "ip6-loopback"}
        return host.rpartition(".")[2] in own
    address = getattr(address, "ipv4_mapped", None) or address
    return (
        address == BROADCAST
        or address.is_loopback
        or address.is_unspecified
        or address.is_link_local
        or address.is_multicast
    )


def _spelt_out(host: str) -> str:
    """Return an IPv4 address in four numbers where it is written in fewer, in octal or as one: 127.1, 2130706433."""
    try:
        return inet_ntoa(inet_aton(host)) if _NUMBERS.fullmatch(host) else host
    except OSError:
        return host


def _plain_host(host: str) -> str:
    return host.strip().strip("[]").rstrip(".").casefold()


def _letters(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def _is_mixed(text: str) -> bool:
    """Whether it is mixed as random texts are, so that a bracket around it came by chance or from who typed it in."""
    by_digits, by_capitals = len(_BESIDE_DIGITS.findall(text)), len(_AFTER_SMALL.findall(text))
    return by_digits >= FEWEST_BESIDE_DIGITS or by_capitals >= FEWEST_AFTER_SMALL


def _holds_placeholder(plain: str) -> bool:
    return any(word in variant for variant in _without_disguise(plain) for word in PLACEHOLDERS)


def _without_disguise(plain: str) -> Iterator[str]:
    """The text, and with letters for digits: p4ssw0rd is as well known as what it stands for."""
    yield plain
    yield plain.translate(str.maketrans("01345", "oleas"))


def _is_a_sentence(secret: str) -> bool:
    """Whether it is nothing but words and numbers with something between: "correct horse battery 42".

    A generated key mixes letters of both cases and digits, or has no vowel in some group of letters.
    """
    parts = [part for part in re.split(r"[\W_]+", secret) if part]
    words = [part for part in parts if not part.isdigit()]
    return len(words) >= WORDS_OF_A_SENTENCE and all(
        word.isalpha() and (word.islower() or word.isupper() or word.istitle() or not word.isascii())
        and (len(word) < WORDS_OF_A_SENTENCE or not word.isascii() or _VOWEL.search(word))
        for word in words
    )  # fmt: skip


def _period(text: str) -> int:
    """How long the part is that the whole text repeats; its own length if it repeats none."""
    found = (text + text).find(text, 1)
    if 0 < found < len(text):
        return found
    # The last repetition may be cut: "abcdabcdab".
    return next((n for n in range(1, len(text) // 2 + 1) if text.startswith(text[n:])), len(text))


def _is_a_row(text: str) -> bool:
    """Whether three of four signs follow the one before: "abcdef…", "0123…", "aabbcc…". Of random ones a fifth does."""
    steps = [abs(ord(b) - ord(a)) for a, b in pairwise(text)]
    return sum(step <= 1 for step in steps) * 4 > len(steps) * 3
