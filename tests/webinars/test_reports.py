"""Reports of attendance are read as they come: Zoom's two generations, in Japanese, re-saved, and plain tables."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from community.table_files import NotATableError
from community.webinars.attendance.presence import Presence, list_presences
from community.webinars.attendance.reports import Block, FaultKind, NoPeopleError, OfTeamsError, Report, read_report

SAMPLES = Path(__file__).parent / "samples"
TOKYO = ZoneInfo("Asia/Tokyo")
KIRISHIMA, KASHIO = "kotoha.kirishima@minato-mfg.example.jp", "m.kashio@hokuto-logi.example.co.jp"
GUEST, AOI = "webinar-guest_01@gmail.com", "aoi.yoshino@sazanami-net.example.com"


def read(name: str) -> Report:
    return read_report((SAMPLES / f"zoom_{name}.csv").read_bytes(), TOKYO)


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 10, 14, hour, minute, second, tzinfo=TOKYO)


def table(*lines: str, encoding: str = "utf-8") -> Report:
    return read_report("\r\n".join(lines).encode(encoding), TOKYO)


def told(presences: Sequence[Presence]) -> dict[str, tuple[bool, int]]:
    """Who attended how many minutes, by address or name; without the vendor's own."""
    return {
        each.email or each.names[0]: (each.has_attended, each.minutes)
        for each in presences
        if not each.email.endswith("vendor.example.jp")
    }


WEBINAR = {KIRISHIMA: (True, 66), KASHIO: (True, 61), GUEST: (True, 46), AOI: (False, 0)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("webinar_attendee_en_2025", WEBINAR),
        ("webinar_attendee_en_2026", {**WEBINAR, "81300000009": (True, 35)}),
        ("webinar_attendee_ja", {KIRISHIMA: (True, 66), GUEST: (True, 46), AOI: (False, 0)}),
        (
            "webinar_attendee_excel_resaved_cp932",
            {KIRISHIMA: (True, 33), "hibiki@minato-mfg.example.jp": (True, 61), AOI: (False, 0)},
        ),
        (
            "meeting_participants_en_2025",
            {"北斗物流_樫尾 (樫尾 みのる)": (True, 65), KIRISHIMA: (True, 39), GUEST: (True, 45)},
        ),
        (
            "meeting_participants_en_legacy",
            {
                "北斗物流_樫尾 (樫尾 みのる)": (True, 65),
                KIRISHIMA: (True, 39),
                "81300000009, 電話参加": (True, 10),
            },
        ),
        ("meeting_participants_en_unique", {"北斗物流_樫尾 (樫尾 みのる)": (True, 65), KIRISHIMA: (True, 39)}),
        (
            "meeting_participants_ja",
            {"北斗物流‗樫尾 (樫尾 みのる)": (True, 65), KIRISHIMA: (True, 39), GUEST: (True, 45)},
        ),
    ],
)
def test_each_sample_says_who_was_there_and_how_long(name: str, expected: dict[str, tuple[bool, int]]) -> None:
    report = read(name)
    assert not report.faults
    assert told(list_presences([report])) == expected


def test_the_summary_says_when_it_was() -> None:
    for name in ("en_2025", "en_2026", "ja", "excel_resaved_cp932"):
        report = read(f"webinar_attendee_{name}")
        assert (report.began_at, report.ended_at) == (at(13, 55), at(15, 7))
        assert report.topic.startswith("ｺﾐｭﾆﾃｨ活用ウェビナー")
        assert report.lists_registered
    assert not read("meeting_participants_ja").lists_registered


def test_blocks_tell_hosts_and_panelists_from_attendees() -> None:
    found = {each.email or each.names[0]: each.blocks for each in list_presences([read("webinar_attendee_en_2026")])}
    assert found["host@vendor.example.jp"] == {Block.HOSTS}
    assert found["osamu.amagase@vendor.example.jp"] == {Block.PANELISTS}
    assert found[KIRISHIMA] == {Block.ATTENDEES}
    assert found["81300000009"] == {Block.OTHERS}


def test_several_lines_in_a_cell_count_as_lines_of_the_file() -> None:
    [kirishima] = [each for each in list_presences([read("webinar_attendee_en_2025")]) if each.email == KIRISHIMA]
    assert kirishima.lines == ((0, 13), (0, 15))
    assert kirishima.company == "株式会社みなと製作所"


# --- other files of the same kinds


@pytest.mark.parametrize(
    "heading",
    [
        "氏名,メールアドレス,会社名",
        "お名前,E-mail,組織",
        "Name,Email,Company",
        "参加者名\tメール\t会社",
        "氏名;メール;会社",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_plain_table_lists_who_was_there(heading: str, encoding: str) -> None:
    separator = next(sign for sign in ",\t;" if sign in heading)
    row = separator.join(("霧島 ことは", KIRISHIMA.upper(), "みなと製作所"))
    report = table(heading, row, "", encoding=encoding)
    [presence] = list_presences([report])
    assert (presence.email, presence.names, presence.company) == (KIRISHIMA, ("霧島 ことは",), "みなと製作所")
    assert presence.has_attended
    assert not report.lists_registered


def test_a_plain_table_may_say_who_did_not_come_and_when_they_were_there() -> None:
    report = table(
        "番号,氏名,メール,出欠,入室,退室",
        "1,霧島,a@example.jp,出席,2026年10月14日 14:00,2026年10月14日 14:30",
        "2,樫尾,b@example.jp,欠席,,",
        "3,吉野,c@example.jp,〇,10/14/2026 02:00 PM,2026/10/14 午後 2:45",
    )
    assert told(list_presences([report])) == {
        "a@example.jp": (True, 30),
        "b@example.jp": (False, 0),
        "c@example.jp": (True, 45),
    }
    assert report.lists_registered


def test_lines_that_cannot_be_read_are_named_and_the_others_are_read() -> None:
    report = table(
        "Name,Email,Attended,Join Time,Leave Time,Time in Session (minutes)",
        "霧島,a@example.jp,Yes,10/14/2026 02:00:00 PM,10/14/2026 02:30:00 PM,30",
        "樫尾,b@example.jp,Yes,14 Oct 2026,10/14/2026 02:30:00 PM,30",
        "吉野,c@example.jp,たぶん,--,--,--",
        "加藤,d@example.jp,Yes,--,--,三十分",
        ",,Yes,--,--,5",
    )
    assert [(fault.number, fault.kind, fault.value) for fault in report.faults] == [
        (3, FaultKind.TIME, "14 Oct 2026"),
        (4, FaultKind.ATTENDED, "たぶん"),
        (5, FaultKind.MINUTES, "三十分"),
        (6, FaultKind.NOBODY, ""),
    ]
    assert [stay.email for stay in report.stays] == ["a@example.jp"]


MEETING = (
    "Topic,ID,Host,Duration (minutes),Start time,End time,Participants",
    '分科会,1,host,60,"10/14/2026 02:00:00 PM","10/14/2026 03:00:00 PM",3',
    "",
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,In waiting room",
)


def test_a_telephone_beside_a_screen_counts_once() -> None:
    report = table(
        *MEETING,
        "佐伯,a@example.jp,10/14/2026 02:00:00 PM,10/14/2026 02:40:00 PM,40,Yes,No",
        "iPhone,A@EXAMPLE.JP,10/14/2026 02:10:00 PM,10/14/2026 02:50:00 PM,40,Yes,No",
    )
    [presence] = list_presences([report])
    assert (presence.minutes, presence.names) == (50, ("佐伯", "iPhone"))


@pytest.mark.parametrize(
    ("joined", "left", "waiting"),
    [("03:00:00 PM", "03:20:00 PM", "No"), ("01:00:00 PM", "02:00:00 PM", "No"), ("02:00:00 PM", "02:20:00 PM", "Yes")],
)
def test_who_came_after_the_end_or_stayed_in_the_waiting_room_was_not_there(
    joined: str, left: str, waiting: str
) -> None:
    report = table(*MEETING, f"佐伯,a@example.jp,10/14/2026 {joined},10/14/2026 {left},20,Yes,{waiting}")
    assert told(list_presences([report])) == {"a@example.jp": (False, 0)}


def test_a_meeting_that_was_restarted_is_one_attendance_whose_minutes_add_up() -> None:
    first = table(*MEETING, "佐伯,a@example.jp,10/14/2026 02:00:00 PM,10/14/2026 02:30:00 PM,30,Yes,No")
    again = table(
        MEETING[0],
        '分科会,2,host,30,"10/14/2026 03:05:00 PM","10/14/2026 03:35:00 PM",1',
        MEETING[3],
        "佐伯,a@example.jp,10/14/2026 03:05:00 PM,10/14/2026 03:40:00 PM,35,Yes,No",
    )
    [presence] = list_presences([first, again])
    assert (presence.has_attended, presence.minutes) == (True, 60)
    assert presence.lines == ((0, 5), (1, 4))
    assert told(list_presences([first, first])) == {"a@example.jp": (True, 30)}


def test_two_of_the_same_name_without_address_are_one_line_of_the_list_and_nobody_with_one() -> None:
    report = table("氏名,メール", "佐藤 健,ken@example.jp", "佐藤 健,", "佐藤　健,")
    with_address, by_name = list_presences([report])
    assert not with_address.is_known_by_name
    assert by_name.is_known_by_name
    assert len(by_name.lines) == 2


# --- other files


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "lines",
    [
        ("1. Summary", "Meeting title\t定例", "2. Participants", "Name\tFirst Join\tLast Leave\tIn-Meeting Duration"),
        ("Meeting Summary", "Full Name\tUser Action\tTimestamp", "霧島\tJoined\t10/14/2026, 2:00:00 PM"),
    ],
)
def test_a_report_of_teams_is_told_by_its_name(lines: tuple[str, ...], encoding: str) -> None:
    with pytest.raises(OfTeamsError):
        table(*lines, encoding=encoding)


@pytest.mark.parametrize("text", ["", "霧島,樫尾\r\n吉野,加藤", "日付,売上\r\n2026/10/14,300", "Attendee Report\r\n"])
def test_a_file_that_names_nobody_is_refused(text: str) -> None:
    with pytest.raises(NoPeopleError):
        read_report(text.encode(), TOKYO)


def test_headings_alone_are_a_report_of_nobody() -> None:
    report = table("Attendee Details", "Attended,User Name (Original Name),Email,Join Time,Leave Time")
    assert (report.stays, report.lists_registered) == ([], True)


def test_a_picture_is_no_report() -> None:
    with pytest.raises(NotATableError):
        read_report(b"\x89PNG\r\n\x1a\n" + bytes(64), TOKYO)
