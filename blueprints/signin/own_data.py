"""What a person takes along of signing in: where they are signed in and which browsers are known. No key among it."""

from collections.abc import Iterator

from flask_babel import ngettext

from blueprints.json_files import to_json
from blueprints.room_parts import DataExport, ExportSummary
from community.signin.known_devices import list_all
from community.signin.queries import list_sign_ins
from models.accounts import Member
from models.security import KnownDevice, SignIn


def _list_files(member: Member) -> Iterator[tuple[str, bytes]]:
    yield "sign-ins.json", to_json([_sign_in(each) for each in list_sign_ins(member.id, member.sign_in_key)])
    yield "devices.json", to_json([_device(each) for each in list_all(member.id)])


def _summarise(member: Member) -> ExportSummary:
    sign_ins, devices = len(list_sign_ins(member.id, member.sign_in_key)), len(list_all(member.id))
    return ExportSummary(
        contents=[
            ngettext("サインインの記録 %(num)s件", "サインインの記録 %(num)s件", sign_ins),
            *([ngettext("覚えている端末 %(num)s台", "覚えている端末 %(num)s台", devices)] if devices else []),
        ]
    )


def _sign_in(sign_in: SignIn) -> dict[str, object]:
    return {
        "browser": sign_in.browser,
        "system": sign_in.system,
        "at": sign_in.at.isoformat(),
        "seen_at": sign_in.seen_at.isoformat(),
    }


def _device(device: KnownDevice) -> dict[str, object]:
    return {
        "browser": device.browser,
        "system": device.system,
        "known_since": device.made_on.isoformat(),
        "seen_on": device.seen_on.isoformat(),
    }


EXPORT = DataExport(_list_files, _summarise, ("sign-ins.json", "devices.json"))
