"""One-time passwords as every telephone's authenticator makes them (RFC 6238), and codes for when it is lost.

A secret is kept encrypted. Those of an older version followed from the application's secret, the member and a random
salt; they are still read (docs/decisions/0025-proof-anew.md).
"""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

from flask import current_app
from pyotp.totp import TOTP

from community import encryption
from community.config import Config
from community.signin.tokens import fingerprint
from models.accounts import Member

STEP_SECONDS = 30
# A telephone's clock may be half a minute off, and typing takes its time.
DRIFT_STEPS = 1
# A last code of so many steps after now was used before the clock was set back. Less is waited for.
SET_BACK_STEPS = 4
# As long as the hash that the codes are made with (RFC 4226).
SECRET_BYTES = 20
PURPOSE = b"tsudoi: one-time passwords"

RECOVERY_CODES = 10
# Crockford's: no letter that is taken for another. Sixteen of them are 80 bits, so a plain hash keeps them.
RECOVERY_SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"
RECOVERY_LENGTH, RECOVERY_GROUP = 16, 4
_MISREAD = str.maketrans("oil", "011")


def make_secret() -> str:
    """Return a new secret in base32, as it is typed into a telephone."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def encrypt_secret(member_id: int, secret: str) -> str:
    """Return the secret encrypted with its member's id: copied into somebody else's row it is worth nothing."""
    return encryption.encrypt(f"{member_id} {secret}")


def decrypt_secret(member_id: int, locked: str) -> str:
    """Return the secret that `encrypt_secret` was given.

    Raises UnreadableError without the key, and for another member than the secret was encrypted for.
    """
    owner, _, secret = encryption.decrypt(locked).partition(" ")
    if owner != str(member_id):
        raise encryption.UnreadableError
    return secret


def derive_secrets(member_id: int, salt: str) -> list[str]:
    """Return what an older version made of this salt: under today's application secret, then under those before it."""
    return [_derive_secret(key, member_id, salt) for key in encryption.list_secrets()]


def _derive_secret(application_secret: str, member_id: int, salt: str) -> str:
    key = hmac.digest(application_secret.encode(), PURPOSE, hashlib.sha256)
    secret = hmac.digest(key, f"{member_id} {salt}".encode(), hashlib.sha256)
    return base64.b32encode(secret[:SECRET_BYTES]).decode()


def address_of(member: Member, secret: str) -> str:
    """Return the address in the QR code: whose secret it is, and where it is good for."""
    config: Config = current_app.config["TSUDOI"]
    return TOTP(secret).provisioning_uri(name=member.email, issuer_name=config.community_name)


def find_step(secret: str, typed: str, at: datetime, after: int) -> int | None:
    """Return the time step whose code was typed, or None. It is now or next to it, and later than `after`.

    `after`: the last step that was used. If that lies far ahead, the clock was set back, and it is ignored: the member
    must not be locked out until then. Each code is good once all the same, since the step that is used now becomes the
    last one.
    """
    code, step = normalise_code(typed), int(at.timestamp()) // STEP_SECONDS
    if after > step + SET_BACK_STEPS:
        after = 0
    maker = TOTP(secret, interval=STEP_SECONDS)
    near = [near for near in range(step - DRIFT_STEPS, step + DRIFT_STEPS + 1) if near > after]
    fitting = [near for near in near if hmac.compare_digest(maker.generate_otp(near).encode(), code.encode())]
    return fitting[0] if fitting else None


def make_recovery_codes() -> list[str]:
    """Return ten new recovery codes, in groups of four characters."""
    return ["-".join(_random_group() for _ in range(RECOVERY_LENGTH // RECOVERY_GROUP)) for _ in range(RECOVERY_CODES)]


def recovery_hash(typed: str) -> str:
    """Return what the database keeps of a recovery code, however it was typed."""
    return fingerprint(normalise_code(typed).translate(_MISREAD))


def normalise_code(typed: str) -> str:
    """Return the code without what keyboards and people add: full width, spaces, hyphens, capitals."""
    folded = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(sign for sign in folded if sign.isascii() and sign.isalnum())


def _random_group() -> str:
    return "".join(secrets.choice(RECOVERY_SIGNS) for _ in range(RECOVERY_GROUP))
