"""What was done, in words. An act without one is shown by its name in the code."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

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
    "member.move": _l("所属を変えた"),
    "member.renew_recovery_codes": _l("回復コードを作りなおした"),
    "member.reset_second_factor": _l("2段階認証を解除した"),
    "member.set_company_admin": _l("会社の管理者を決めた"),
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
SUBJECTS: dict[str, LazyString] = {
    "account": _l("会社"),
    "audit_entry": _l("操作の記録"),
    "category": _l("カテゴリ"),
    "company_link": _l("参加リンク"),
    "invitation": _l("招待"),
    "member": _l("メンバー"),
    "post": _l("投稿"),
    "stuck_signal": _l("台帳"),
    "terms_version": _l("規約"),
    "topic": _l("話題"),
}


def action_label(action: str) -> str:
    return str(ACTIONS.get(action, action))


def subject_label(kind: str) -> str:
    return str(SUBJECTS.get(kind, kind))
