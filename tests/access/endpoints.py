"""Every door: for each endpoint what to ask for and who may come in. A new route must be added here, or by its room."""

from collections.abc import Iterable

from community.mail.stopping import make_stop_token
from tests.access.world import (
    EVERYBODY,
    INVITATION_TOKEN,
    JOIN_TOKEN,
    LINK_TOKEN,
    MEMBERS,
    SIGNED_IN,
    STAFF,
    World,
)
from tests.walked_rooms import WALKS
from tests.walks import Knock, RoomWalk


def list_knocks(world: World, walks: Iterable[RoomWalk] = WALKS) -> list[Knock]:
    of_rooms = [knock for walk in walks for knock in walk.knocks(world)]
    return [*_plain(), *_of_things(world), *of_rooms, *_pictures(world)]


def _plain() -> list[Knock]:
    """Doors that lead to no particular thing."""
    anybody = (
        "system.healthz", "system.readyz", "home.show_home", "styleguide.show_styleguide",
        "signin.sign_in", "signin.forgot_password", "signin.show_reset_sent", "joining.show_terms",
        "joining.show_privacy", "joining.show_join", "joining.show_join_sent", "signin.ask_for_code",
        "search.find",
    )  # fmt: skip
    signed_in = (
        "notifications.list_notifications", "notifications.count_unread", "accounts.edit_profile",
        "accounts.edit_settings", "signin.edit_password", "joining.ask_for_consent", "home.show_welcome",
        "accounts.show_data_export", "accounts.download_data_export", "signin.list_sign_ins",
        "signin.edit_email",
        "signin.show_two_step", "signin.set_up_two_step", "signin.ask_for_recovery_codes",
        "signin.ask_to_turn_off", "signin.ask_to_reauthenticate", "mailings.edit_choices",
    )  # fmt: skip
    posted_by_anybody = (
        "signin.let_in", "signin.check_code", "signin.sign_out", "signin.request_password_reset",
        "accounts.choose_theme", "accounts.choose_locale", "joining.ask_to_join",
    )  # fmt: skip
    posted_by_signed_in = (
        "accounts.begin_visit", "signin.sign_out_everywhere", "accounts.change_profile", "accounts.change_settings",
        "signin.change_password", "notifications.mark_all_read", "joining.give_consent", "home.close_welcome",
        "signin.end_other_sign_ins", "signin.change_email", "signin.confirm_two_step",
        "signin.renew_recovery_codes", "signin.turn_off_two_step", "signin.reauthenticate", "mailings.change_choices",
        "mailings.resume_mails",
    )  # fmt: skip
    return [
        *(Knock(endpoint, EVERYBODY) for endpoint in anybody),
        *(Knock(endpoint, SIGNED_IN) for endpoint in signed_in),
        *(Knock(endpoint, EVERYBODY, "POST") for endpoint in posted_by_anybody),
        *(Knock(endpoint, SIGNED_IN, "POST") for endpoint in posted_by_signed_in),
        Knock("system.show_security_contact", set()),  # nobody has configured one: tests/system/test_views.py
        Knock("system.show_metrics", set()),  # a machine's door: tests/app/test_metrics.py has the key
        Knock("audit.list_entries", {"administrator"}),
        Knock("mailings.list_failed", {"administrator"}),
        Knock("projections.show_projections", STAFF),
        Knock("projections.hurry_stuck", STAFF, "POST"),
        Knock("search.list_misses", STAFF),
        Knock("search.note_miss", EVERYBODY, "POST", data={"q": "x"}),
        Knock("joining.list_invitations", STAFF | {"company_admin"}),
        Knock("joining.invite", STAFF | {"company_admin"}, "POST"),
        Knock("joining.list_links", STAFF | {"company_admin"}),
        Knock("joining.make_link", STAFF | {"company_admin"}, "POST"),
        Knock("joining.show_csv_invitations", STAFF | {"company_admin"}),
        Knock("joining.preview_csv_invitations", STAFF | {"company_admin"}, "POST"),
        Knock("joining.confirm_csv_invitations", STAFF | {"company_admin"}, "POST"),
        Knock("joining.download_refused_rows", STAFF | {"company_admin"}, "POST"),
        Knock("joining.list_terms", {"administrator"}),
        Knock("joining.publish_terms", {"administrator"}, "POST"),
        Knock("accounts.list_companies", STAFF),
        Knock("accounts.create_company", STAFF),
        Knock("accounts.create_company", STAFF, "POST"),
        Knock("accounts.create_company", set(), values={"kind": "vendor"}, about="there is one vendor"),
        Knock("accounts.suggest_people", MEMBERS, values={"q": "a"}),
        Knock("files.upload", MEMBERS, "POST"),
        Knock("moderation.remove", set(), values={"kind": "member", "item_id": 1}, about="no kind that is moderated"),
    ]


def _of_things(world: World) -> list[Knock]:
    """Doors to somebody's thing that is no part of the forum."""
    cast = world.cast
    invitation = {"invitation_id": world.invitation.id}
    token = {"token": INVITATION_TOKEN}
    news = {"kind": "topic", "thing_id": world.places["private"].topic.id}
    entry = {"entry_id": world.audit_entry.id}
    bad_token = {"token": "no-such-token"}
    stop = {"token": make_stop_token(cast.owner.id, "reply")}
    return [
        Knock("joining.withdraw_invitation", STAFF | {"company_admin"}, "POST", invitation),
        Knock("joining.show_invitation", EVERYBODY, values=token),
        Knock("joining.accept_invitation", EVERYBODY, "POST", token),
        Knock("joining.transfer_by_invitation", set(), "POST", token, about="asks for the password first"),
        *_of_joining(world),
        Knock("signin.show_reset_password", EVERYBODY, values=bad_token, about="says that the link is void"),
        Knock("signin.reset_password", EVERYBODY, "POST", bad_token, about="says that the link is void"),
        Knock("accounts.show_profile", MEMBERS, values={"handle": cast.owner.handle}, about="a customer's"),
        Knock("accounts.show_profile", SIGNED_IN, values={"handle": cast.cs.handle}, about="of the vendor's people"),
        Knock("accounts.show_profile", SIGNED_IN, values={"handle": cast.prospect.handle}, about="a prospect"),
        *_of_companies(world),
        *(
            Knock(f"signin.{endpoint}", who, method, bad_token, about="says that the link is void")
            for endpoint, method, who in (
                ("show_confirm_email", "GET", SIGNED_IN),
                ("confirm_email", "POST", SIGNED_IN),
                ("show_stop_email", "GET", EVERYBODY),
                ("stop_email", "POST", EVERYBODY),
            )
        ),
        Knock("signin.end_sign_in", SIGNED_IN, "POST", {"sign_in_id": 0}, about="ends none but one's own"),
        Knock("signin.forget_device", SIGNED_IN, "POST", {"device_id": 0}, about="forgets none but one's own"),
        Knock("notifications.open_notification", SIGNED_IN, "POST", news, about="leads nowhere without news"),
        Knock("mailings.show_stop", EVERYBODY, values=stop),
        Knock("mailings.stop_mails", EVERYBODY, "POST", stop, about="the token is the key, with or without a session"),
        Knock("audit.show_entry", {"administrator"}, values=entry),
        Knock("audit.ask_about_erasing", {"administrator"}, values=entry),
        Knock("audit.erase_text", {"administrator"}, "POST", entry),
        Knock("mail.show_mailbox", {"administrator"}),
        Knock("mail.show_mail", {"administrator"}, values={"mail_id": world.mail.id}),
    ]  # fmt: skip


def _of_joining(world: World) -> list[Knock]:
    """The ways in that a company hands around."""
    link, foreign = {"link_id": world.company_link.id}, {"link_id": world.foreign_link.id}
    token, proof = {"token": LINK_TOKEN}, {"token": JOIN_TOKEN}
    return [
        Knock("joining.show_company_link", EVERYBODY, values=token),
        Knock("joining.ask_to_join_by_link", EVERYBODY, "POST", token),
        Knock("joining.confirm_address", EVERYBODY, values=proof),
        Knock("joining.become_member", EVERYBODY, "POST", proof),
        Knock("joining.renew_link", STAFF | {"company_admin"}, "POST", link),
        Knock("joining.withdraw_link", STAFF | {"company_admin"}, "POST", link),
        Knock("joining.renew_link", STAFF, "POST", foreign, about="another company's"),
        Knock("joining.withdraw_link", STAFF, "POST", foreign, about="another company's"),
    ]


def _of_companies(world: World) -> list[Knock]:
    """Setting up companies and giving people their rights."""
    cast = world.cast
    customer, vendor = {"account_id": cast.a.id}, {"account_id": cast.vendor.id}
    knocks = [
        Knock("accounts.list_people", STAFF, values=customer),
        Knock("accounts.list_people", STAFF, values=vendor, about="the vendor's: seen, not touched"),
    ]
    for method in ("GET", "POST"):
        knocks.append(Knock("accounts.edit_company", STAFF, method, customer))
        knocks.append(Knock("accounts.edit_company", {"administrator"}, method, vendor, about="the vendor's"))
    posted = ("give_role", "set_company_admin", "suspend", "lift_suspension")
    for somebody in (cast.owner, cast.cs):
        handle = {"handle": somebody.handle}
        knocks.append(Knock("signin.edit_rights", {"administrator"}, values=handle))
        knocks.append(Knock("signin.ask_about_company_admin", {"administrator"}, values=handle))
        knocks += [Knock(f"signin.{action}", {"administrator"}, "POST", handle) for action in posted]
        movers = STAFF if somebody is cast.owner else {"administrator"}
        knocks += [Knock("accounts.transfer_member", movers, method, handle) for method in ("GET", "POST")]
    for method in ("GET", "POST"):
        endpoint = "accounts.edit_contract" if method == "GET" else "accounts.end_contract"
        knocks += [
            Knock(endpoint, STAFF, method, customer),
            Knock(endpoint, set(), method, vendor, about="the vendor has no contract"),
            Knock(endpoint, STAFF, method, {"account_id": cast.partner_account.id}, about="a partner's"),
        ]
    knocks += [
        Knock("accounts.list_competitors", STAFF, values=customer),
        Knock("accounts.list_competitors", set(), values=vendor, about="the vendor competes with nobody"),
        Knock("accounts.note_competition", STAFF, "POST", customer),
        Knock("accounts.note_competition", set(), "POST", vendor, about="the vendor competes with nobody"),
        Knock("accounts.end_competition", STAFF, "POST", {**customer, "competition_id": 1}),
        Knock("accounts.resume_contract", STAFF, "POST", customer),
        Knock("accounts.show_company", {"company_admin"}),
        Knock("accounts.correct_company", {"company_admin"}, "POST"),
        Knock("accounts.write_to_vendor", {"company_admin"}, "POST"),
        Knock("accounts.share_company", {"company_admin"}, "POST", {"handle": cast.owner.handle}),
        Knock("accounts.ask_about_sharing", {"company_admin"}, values={"handle": cast.owner.handle}),
        Knock("accounts.ask_about_sharing", set(), values={"handle": cast.stranger.handle}, about="a stranger"),
        Knock("accounts.share_company", set(), "POST", {"handle": cast.stranger.handle}, about="a stranger"),
    ]
    with_code = {"handle": cast.colleague.handle}
    knocks.append(Knock("signin.reset_second_factor", {"administrator"}, "POST", with_code))
    knocks.append(Knock("signin.reset_second_factor", set(), "POST", handle, about="there is nothing to reset"))
    own = {"handle": cast.administrator.handle}
    return [*knocks, Knock("signin.suspend", set(), "POST", own, about="nobody suspends themselves")]


def _pictures(world: World) -> list[Knock]:
    """The file itself is not there: whoever may see it is told so after the check, see `test_walk`."""
    return [
        Knock("files.show_file", readers, values={"key": key}, about=name)
        for name, (key, readers) in world.pictures.items()
    ]
