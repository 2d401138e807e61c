"""What was done, in words. An act without one is shown by its name in the code."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from models.audit import AuditEntry

ACTIONS: dict[str, LazyString] = {
    "account.change": _l("会社の登録を変えた"),
    "account.create": _l("会社を登録した"),
    "account.end_contract": _l("契約の終わりを決めた"),
    "account.open_phase": _l("会社の区分を決めた"),
    "account.resume_contract": _l("契約がつづくことにした"),
    "account.write_to_vendor": _l("運営に伝えた"),
    "audit.erase_text": _l("操作の記録の文面を消した"),
    "company_link.make": _l("参加リンクを作った"),
    "company_link.renew": _l("参加リンクを作りなおした"),
    "company_link.withdraw": _l("参加リンクを取り消した"),
    "forums.accept_for_asker": _l("質問者のかわりに解決にした"),
    "forums.create_category": _l("カテゴリを作った"),
    "forums.edit_category": _l("カテゴリを変えた"),
    "forums.move_category": _l("カテゴリを並べかえた"),
    "forums.withdraw_for_asker": _l("質問者のかわりに解決を取り消した"),
    "health.publish_policy": _l("行動力の計算のしかたを公開した"),
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
    "member.undo_email": _l("アドレスをもとに戻した"),
    "member.use_recovery_code": _l("回復コードを使った"),
    "moderation.remove": _l("取り下げた"),
    "moderation.restore": _l("もとに戻した"),
    "settlement.hurry_stuck": _l("止まった記録を読みなおした"),
    "terms.publish": _l("規約を公開した"),
}
# Said where the values of an entry tell which of two acts it was: (act, name, value after it).
_TOLD_APART: dict[tuple[str, str, object], LazyString] = {
    ("member.set_company_admin", "is_company_admin", True): _l("会社の管理者にした"),
    ("member.set_company_admin", "is_company_admin", False): _l("会社の管理者から外した"),
    ("member.grant_role", "staff_role", None): _l("役割を外した"),
}
SUBJECTS: dict[str, LazyString] = {
    "account": _l("会社"),
    "audit_entry": _l("操作の記録"),
    "category": _l("カテゴリ"),
    "company_link": _l("参加リンク"),
    "invitation": _l("招待"),
    "member": _l("メンバー"),
    "policy": _l("行動力の計算のしかた"),
    "post": _l("投稿（1件）"),
    "stuck_signal": _l("止まった記録"),
    "terms_version": _l("規約"),
    "topic": _l("話題"),
}
NAMES: dict[str, LazyString] = {
    "account_id": _l("会社"),
    "contract_ended_on": _l("契約の最後の日"),
    "csm_id": _l("担当のカスタマーサクセス"),
    "description": _l("説明"),
    "employees": _l("従業員数"),
    "ended": _l("終わらせたサインインの数"),
    "expires_at": _l("期限"),
    "from_day": _l("この日から"),
    "holds_from": _l("効力の生じる日"),
    "industry": _l("業種"),
    "invited": _l("招待した人数"),
    "is_company_admin": _l("会社の管理者"),
    "is_name_shown": _l("会社の名前を、ほかの会社の会員にも見せる"),
    "kind": _l("種類"),
    "licences": _l("ライセンス数"),
    "mail_domains": _l("メールのドメイン"),
    "matter": _l("何について"),
    "max_uses": _l("使える人数"),
    "must_accept": _l("あらためて同意を求める"),
    "name": _l("名前"),
    "name_en": _l("英語の名前"),
    "number": _l("版"),
    "own_domains_only": _l("会社のメールアドレスの人だけ"),
    "parent_id": _l("上にあるもの"),
    "plan": _l("プラン"),
    "position": _l("並び順"),
    "post_id": _l("回答"),
    "posters": _l("書き込める人"),
    "prefecture": _l("都道府県"),
    "readers": _l("読める人"),
    "reading": _l("ふりがな"),
    "reason": _l("取り下げた理由の種類"),
    "renews_on": _l("次の更新日"),
    "rows": _l("CSVの行数"),
    "segment": _l("セグメント"),
    "segments": _l("セグメント"),
    "sha256": _l("内容の照合値"),
    "slug": _l("URLに使う名前"),
    "staff_role": _l("役割"),
    "stage": _l("フェーズ"),
    "stages": _l("フェーズ"),
    "stays": _l("所属"),
    "strangers": _l("ドメインの違うアドレスも招待する"),
    "suspended_until": _l("この時刻まで利用を止める"),
    "until_day": _l("この日の前日まで"),
}
# What a company's people write to the vendor about; `accounts.petitions.Matter` stands above this floor.
MATTERS: dict[str, LazyString] = {
    "records": _l("記録されていることへの異議"),
    "ending": _l("利用を終わりたい"),
    "other": _l("そのほか"),
}


def action_label(action: str) -> str:
    return str(ACTIONS.get(action, action))


def entry_label(entry: AuditEntry) -> str:
    """What was done, more exactly where the values say so: made an administrator, or no longer one."""
    for (action, name, value), said in _TOLD_APART.items():
        if entry.action == action and entry.after and name in entry.after and entry.after[name] == value:
            return str(said)
    return action_label(entry.action)


def subject_label(kind: str, number: int | None = None) -> str:
    """Return the kind of thing, with its number where it has no name."""
    said = str(SUBJECTS.get(kind, kind))
    return said if number is None else f"{said} {number}"


def name_label(name: str) -> str:
    return str(NAMES.get(name, name))
