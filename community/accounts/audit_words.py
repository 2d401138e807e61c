"""How the log of privileged acts speaks of people, companies and how they come in."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from community.accounts.contact_vendor import Matter
from community.prefectures import PREFECTURES
from community.room import AuditWords

from .labels import KINDS, ROLES, SEGMENTS, STAGES, TERMS

_ACTIONS = {
    "account.change": _l("会社の登録を変えた"),
    "account.create": _l("会社を登録した"),
    "account.end_competition": _l("競合が終わったと記録した"),
    "account.end_contract": _l("契約の終わりを決めた"),
    "account.note_competition": _l("競合する会社を記録した"),
    "account.open_phase": _l("会社の区分を決めた"),
    "account.resume_contract": _l("契約がつづくことにした"),
    "account.write_to_vendor": _l("運営に伝えた"),
    "asks.override": _l("上限をこえてお願いした"),
    "company_link.make": _l("参加リンクを作った"),
    "company_link.renew": _l("参加リンクを作りなおした"),
    "company_link.withdraw": _l("参加リンクを取り消した"),
    "invitation.import": _l("CSVでまとめて招待した"),
    "invitation.send": _l("招待した"),
    "invitation.withdraw": _l("招待を取り消した"),
    "member.ask_for_email": _l("アドレスの変更を申し込んだ"),
    "member.change_email": _l("アドレスを変えた"),
    "member.create": _l("メンバーを登録した"),
    "member.end_sign_in": _l("ほかの端末でサインアウトした"),
    "member.forget_device": _l("端末を、使ったことのある端末から外した"),
    "member.grant_role": _l("役割を変えた"),
    "member.join": _l("会社に加わった"),
    "member.leave": _l("会社を離れた"),
    "member.lift_suspension": _l("利用を再開した"),
    "member.lose_role": _l("会社を離れたため役割が外れた"),
    "member.move": _l("所属を変えた"),
    "member.renew_recovery_codes": _l("回復コードを作りなおした"),
    "member.reset_second_factor": _l("2段階認証を解除した"),
    "member.set_company_admin": _l("会社の管理者にした・外した"),
    "member.sign_out_everywhere": _l("すべての端末でサインアウトした"),
    "member.stop_email": _l("アドレスの変更を止めた"),
    "member.suspend": _l("利用を止めた"),
    "member.turn_off_second_factor": _l("2段階認証をやめた"),
    "member.turn_on_second_factor": _l("2段階認証をはじめた"),
    "member.undo_email": _l("アドレスを元に戻した"),
    "member.use_recovery_code": _l("回復コードを使った"),
    "terms.publish": _l("規約を公開した"),
}
_SENTENCES: dict[str | tuple[str, str, object], LazyString] = {
    "account.change": _l("%(who)sが%(whom)sの登録を変えました（%(changes)s）"),
    "account.create": _l("%(who)sが%(whom)sを登録しました"),
    "account.end_competition": _l(
        "%(who)sが%(whom)sと%(competitor_id)sは競合しないと記録しました（%(until_day)sから）"
    ),
    "account.note_competition": _l("%(who)sが%(whom)sと%(competitor_id)sが競合すると記録しました（%(from_day)sから）"),
    "account.end_contract": _l("%(who)sが%(whom)sの契約の最後の日を%(contract_ended_on)sに決めました"),
    "account.open_phase": _l("%(who)sが%(whom)sを%(from_day)sから%(segment)s・%(stage)sにしました"),
    "account.resume_contract": _l("%(who)sが%(whom)sの契約をつづけることにしました"),
    "account.write_to_vendor": _l("%(who)sが%(whom)sから運営に伝えました（%(matter)s）"),
    "asks.override": _l("%(who)sが、上限をこえて%(whom)sにお願いしました"),
    "company_link.make": _l("%(who)sが%(account_id)sの参加リンクを作りました"),
    "company_link.renew": _l("%(who)sが参加リンクを作りなおしました"),
    "company_link.withdraw": _l("%(who)sが参加リンクを取り消しました"),
    "invitation.import": _l("%(who)sが%(whom)sに%(invited)s人をCSVで招待しました"),
    "invitation.send": _l("%(who)sが%(account_id)sに1人を招待しました"),
    "invitation.withdraw": _l("%(who)sが招待を取り消しました"),
    "member.create": _l("%(who)sが%(whom)sをメンバーに登録しました"),
    "member.grant_role": _l("%(who)sが%(whom)sの役割を「%(old_staff_role)s」から「%(staff_role)s」に変えました"),
    "member.join": _l("%(who)sが%(whom)sを%(account_id)sに加えました"),
    "member.leave": _l("%(who)sが%(whom)sを会社から外しました"),
    "member.lift_suspension": _l("%(who)sが%(whom)sの利用を再開しました"),
    "member.lose_role": _l("%(whom)sの役割「%(old_staff_role)s」が、会社を離れたため外れました"),
    "member.move": _l("%(who)sが%(whom)sの会社を%(old_account_id)sから%(account_id)sへ変えました"),
    ("member.move", "account_id", None): _l("%(who)sが%(whom)sを%(old_account_id)sから外しました"),
    "member.reset_second_factor": _l("%(who)sが%(whom)sの2段階認証を解除しました"),
    ("member.set_company_admin", "is_company_admin", True): _l("%(who)sが%(whom)sを%(account_id)sの管理者にしました"),
    ("member.set_company_admin", "is_company_admin", False): _l(
        "%(who)sが%(whom)sを%(account_id)sの管理者から外しました"
    ),
    "member.set_company_admin": _l("%(who)sが%(whom)sを会社の管理者にした、または外しました"),
    "member.sign_out_everywhere": _l("%(who)sが%(whom)sをすべての端末でサインアウトさせました"),
    "member.suspend": _l("%(who)sが%(whom)sの利用を%(suspended_until)sまで止めました"),
    "terms.publish": _l("%(who)sが%(kind)sの第%(number)s版を公開しました"),
}
_OWN_SENTENCES = {
    "member.ask_for_email": _l("%(who)sが自分のアドレスの変更を申し込みました"),
    "member.change_email": _l("%(who)sが自分のアドレスを変えました"),
    "member.create": _l("%(who)sがメンバーになりました"),
    "member.end_sign_in": _l("%(who)sがほかの端末でサインアウトしました"),
    "member.forget_device": _l("%(who)sが端末を1台、使ったことのある端末から外しました"),
    "member.join": _l("%(who)sが%(account_id)sに加わりました"),
    "member.leave": _l("%(who)sが会社を離れました"),
    "member.renew_recovery_codes": _l("%(who)sが自分の回復コードを作りなおしました"),
    "member.sign_out_everywhere": _l("%(who)sがすべての端末でサインアウトしました"),
    "member.stop_email": _l("%(who)sが自分のアドレスの変更を止めました"),
    "member.turn_off_second_factor": _l("%(who)sが自分の2段階認証をやめました"),
    "member.turn_on_second_factor": _l("%(who)sが自分の2段階認証をはじめました"),
    "member.undo_email": _l("%(who)sが自分のアドレスを元に戻しました"),
    "member.use_recovery_code": _l("%(who)sが回復コードを使ってサインインしました"),
}
_NAMES = {
    "account_id": _l("会社"),
    "competitor_id": _l("競合する会社"),
    "contract_ended_on": _l("契約の最後の日"),
    "csm_id": _l("担当のカスタマーサクセス"),
    "employees": _l("従業員数"),
    "ended": _l("終わらせたサインインの数"),
    "holds_from": _l("効力の生じる日"),
    "industry": _l("業種"),
    "invited": _l("招待した人数"),
    "is_company_admin": _l("会社の管理者"),
    "is_name_shown": _l("会社の名前を、ほかの会社の会員にも見せる"),
    "licences": _l("ライセンス数"),
    "like_member_id": _l("アドレスの書き方だけが違うメンバー"),
    "mail_domains": _l("メールのドメイン"),
    "matter": _l("何について"),
    "max_uses": _l("使える人数"),
    "must_accept": _l("あらためて同意を求める"),
    "own_domains_only": _l("会社のメールアドレスの人だけ"),
    "plan": _l("プラン"),
    "prefecture": _l("都道府県"),
    "reading": _l("ふりがな"),
    "renews_on": _l("次の更新日"),
    "segment": _l("セグメント"),
    "staff_role": _l("役割"),
    "stage": _l("フェーズ"),
    "stays": _l("所属"),
    "strangers": _l("ドメインの違うアドレスも招待する"),
    "suspended_until": _l("この時刻まで利用を止める"),
}
# What a company's people write to the vendor about.
MATTERS: dict[str, LazyString] = {
    Matter.RECORDS: _l("記録されていることへの異議"),
    Matter.ENDING: _l("利用を終わりたい"),
    Matter.OTHER: _l("そのほか"),
}


def _last_company(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the company of the last membership period, None if that has an end: there is none after it."""
    last = (values.get("stays") or [{}])[-1]
    return {"account_id": last.get("account_id") if last.get("until_day") is None else None}


WORDS = AuditWords(
    actions=_ACTIONS,
    actions_by_value={
        ("member.set_company_admin", "is_company_admin", True): _l("会社の管理者にした"),
        ("member.set_company_admin", "is_company_admin", False): _l("会社の管理者から外した"),
        ("member.grant_role", "staff_role", None): _l("役割を外した"),
    },
    subjects={
        "company_link": _l("参加リンク"),
        "invitation": _l("招待"),
        "terms_version": _l("規約"),
    },
    names=_NAMES,
    words={
        "kind": {**KINDS, **TERMS},
        "matter": MATTERS,
        "prefecture": PREFECTURES,
        "segment": SEGMENTS,
        "staff_role": ROLES,
        "stage": STAGES,
    },
    things={"account_id": "account", "competitor_id": "account", "csm_id": "member", "like_member_id": "member"},
    sentences=_SENTENCES,
    own_sentences=_OWN_SENTENCES,
    abridged={"member.move": _last_company},
)
