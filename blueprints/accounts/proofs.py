"""That it is still the owner who sits there, before the keys of the account change."""

from typing import Protocol

from flask_babel import gettext as _
from wtforms import Field, PasswordField

from blueprints.access import signed_in_member
from community.accounts import passwords, queries, second_factor
from models.accounts import Member
from models.base import release


class Proof(Protocol):
    """A form that asks for the password."""

    password: PasswordField

    def validate(self) -> bool: ...


def knows_password(form: Proof) -> bool:
    """Whether the form is filled in well and the password is right. Slow on purpose, so before the transaction."""
    password_hash = signed_in_member().password_hash
    valid = form.validate()
    release()
    if passwords.check_password(form.password.data or "", password_hash):
        return valid
    if not form.password.errors:
        form.password.errors = [_("いまのパスワードが違います。")]
    return False


def shows_code(code: Field, member: Member) -> bool:
    """Uses the code up. `member` is held."""
    if second_factor.check_code(member, code.data or ""):
        return True
    code.errors = [_("コードが違うか、もう使われています。新しいコードが出るのを待って、入力してください。")]
    return False


def hold_oneself() -> Member:
    """Who is asking, held until the end of the transaction."""
    member = signed_in_member()
    return queries.get_member_to_change(member.id) or member
