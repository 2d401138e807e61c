"""The form in which somebody allows uses of a story: a switch for each, and an end that must be chosen."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import Optional

from blueprints.fields import DayField, _, choice
from community.stories.labels import USES, ConsentUse
from models.base import today

# Through the latest day that is offered, which may be none at all; or through the day that is typed.
LATEST, DAY = "none", "day"
SAME = "same"
ALLOWED_ANEW = _(
    "この画面を開いているあいだに、許諾が変わりました。いまの許諾に合わせて入れ直しました。確かめて、もう一度押してください。"
)


def _list_ends(latest: Any) -> list[Any]:  # noqa: ANN401  the stubs know no lazy labels
    return [choice(LATEST, latest), choice(DAY, _("この日まで"))]


def _end_field() -> RadioField:
    return RadioField(_("いつまで"), choices=_list_ends(_("期限なし")), validate_choice=False)


def _day_field() -> DayField:
    return DayField(_("最後の日"), validators=[Optional()])


class UsesForm(FlaskForm):
    """For each use, whether it is allowed, and until when; nothing is chosen beforehand.

    `last_days`: the uses that are offered, each with the latest day (None: any, and without end). `basis`: what the
    page was made from, sent back with it; `is_outdated`: that is no longer how things stand.
    """

    basis = HiddenField("")
    is_outdated = False
    last_days: Mapping[ConsentUse, date | None] = dict.fromkeys(USES)
    same = BooleanField(_("すべて同じ日にする"))
    end_same = _end_field()
    day_same = _day_field()

    def offer(self, last_days: Mapping[ConsentUse, date | None]) -> None:
        """Offer these uses through what the story's author wishes; the others are removed.

        A form that was sent from a page that offered others, or through other days, is outdated.
        """
        offered = " ".join(f"{use}:{last_days[use] or ''}" for use in USES if use in last_days)
        self.is_outdated, self.basis.data = self.basis.data != offered, offered
        for use in self.last_days.keys() - last_days.keys():
            del self[f"use_{use}"], self[f"end_{use}"], self[f"day_{use}"]
        self.last_days = {use: last_days[use] for use in USES if use in last_days}
        for use, _may, end, _day in self.rows():
            last = self.last_days[use]
            until = _("%(day)sまで", day=format_date(last, "long")) if last else _("期限なし")
            end.choices = _list_ends(_("書いた方の希望どおり（%(until)s）", until=until))
        self.end_same.choices = _list_ends(_("書いた方の希望どおり"))

    def start_from(self, days: Mapping[ConsentUse, date | None], basis: str) -> None:
        """Switch on what its authors allow now, whatever was sent; `basis`: a sign of it."""
        self.basis.data = basis
        for use, may, end, day in self.rows():
            may.data, end.data, day.data, day.raw_data = use in days, None, None, None
        self.fill(days)

    def rows(self) -> list[tuple[ConsentUse, Any, Any, Any]]:
        """Return each use with its three fields: whether, which end, and the day."""
        return [(use, self[f"use_{use}"], self[f"end_{use}"], self[f"day_{use}"]) for use in self.last_days]

    def fill(self, days: Mapping[ConsentUse, date | None]) -> None:
        """Switch these uses on, through these days."""
        for use, until in days.items():
            is_latest = until == self.last_days[use]
            self[f"use_{use}"].data = True
            self[f"end_{use}"].data = LATEST if is_latest else DAY
            self[f"day_{use}"].data = None if is_latest else until

    def granted(self) -> dict[ConsentUse, date | None]:
        """Return the uses that are switched on, each with its last day (None: without end)."""
        return {use: self._last_day(use) for use, may, _end, _day in self.rows() if may.data}

    def _last_day(self, use: ConsentUse) -> date | None:
        of = SAME if self.same.data else use
        return self[f"day_{of}"].data if self[f"end_{of}"].data == DAY else self.last_days[use]

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401  as WTForms has it
        """Refuse a form that allows nothing, and a use whose end is not said, over, or later than what is offered.

        Also one that is outdated: "as the author wishes" would be another day than the one that was read.
        """
        if not super().validate(extra_validators):
            return False
        if self.is_outdated:
            self.form_errors.append(_("書いた方の希望が、たったいま変わりました。もう一度確かめてください。"))
            return False
        on = [use for use, may, _end, _day in self.rows() if may.data]
        if self.same.data:
            if fault := self._fault_of(SAME, min((day for day in map(self.last_days.get, on) if day), default=None)):
                self.day_same.errors = [_("すべての使い方：%(fault)s", fault=fault)]
        else:
            for use in on:
                if fault := self._fault_of(use, self.last_days[use]):
                    self[f"day_{use}"].errors = [_("%(use)s：%(fault)s", use=USES[use], fault=fault)]
        if not on:
            said = _("使い方が、ひとつも「よい」になっていません。")
            if self.rows():
                self.rows()[0][1].errors = [said]  # so that the summary leads to the first switch
            else:
                self.form_errors.append(said)
        return not self.errors

    def _fault_of(self, of: str, last: date | None) -> str:
        """Return what is wrong with the end, "" if nothing is."""
        end, day = self[f"end_{of}"].data, self[f"day_{of}"].data
        if end == LATEST:
            return _("「この日まで」をえらぶか、日付を消すか、どちらか一つにしてください。") if day is not None else ""
        if end != DAY:
            return _("いつまで使ってよいかを、えらんでください。")
        if day is None:
            return _("最後の日を入れてください。例：2027-03-31")
        if day < today():
            return _("最後の日が、きょうより前です。")
        if last is not None and day > last:
            return _("書いた方の希望より後の日です。%(day)sまでにしてください。", day=format_date(last, "long"))
        return ""


for _use in USES:
    setattr(UsesForm, f"use_{_use}", BooleanField(USES[_use]))  # pyright: ignore[reportArgumentType]  stubs know no lazy labels
    setattr(UsesForm, f"end_{_use}", _end_field())
    setattr(UsesForm, f"day_{_use}", _day_field())
