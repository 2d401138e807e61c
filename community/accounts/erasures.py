"""Columns of accounts, joining and sign-in that name a person, and what an erasure does with each."""

from community.room import Erasure, Treatment

ERASURES = (
    Erasure(
        "member",
        ("email", "handle", "family_name", "given_name", "family_reading", "given_reading", "headline", "bio"),
        Treatment.BLANK,
    ),
    Erasure("member", ("address_key",), Treatment.BLANK, "follows from the address"),
    Erasure("member", ("password_hash", "totp_secret", "totp_salt"), Treatment.BLANK),
    Erasure("membership", ("member_id",), Treatment.KEEP, "whose acts the ledger counts, without saying who"),
    Erasure("membership_record", ("member_id",), Treatment.KEEP, "as `membership`; append-only"),
    Erasure("account", ("csm_id",), Treatment.REPLACE, "a company keeps somebody at the vendor who looks after it"),
    Erasure(
        "invitation",
        ("email", "family_name", "given_name", "second_account_reason"),
        Treatment.DELETE,
        "those sent to the person",
    ),
    Erasure("invitation", ("invited_by_id",), Treatment.KEEP, "those sent by the person"),
    Erasure("company_link", ("made_by_id",), Treatment.KEEP),
    Erasure("join_request", ("email",), Treatment.EXPIRES),
    Erasure("terms_version", ("published_by_id",), Treatment.KEEP),
    Erasure("terms_acceptance", ("member_id",), Treatment.KEEP, "that somebody agreed, and when, must be proven"),
    Erasure("welcome", ("member_id",), Treatment.DELETE),
    Erasure("email_change", ("member_id", "old_email", "new_email"), Treatment.DELETE),
    Erasure("sign_in", ("member_id",), Treatment.DELETE),
    Erasure("known_device", ("member_id",), Treatment.DELETE),
    Erasure("recovery_code", ("member_id",), Treatment.DELETE),
    Erasure("try_count", ("key",), Treatment.EXPIRES, "a fingerprint of an address, for hours"),
)
