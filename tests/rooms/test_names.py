"""What is found by its name is one space for all rooms: two parts of one name are refused at the start."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Blueprint, Flask

from blueprints.room import RoomPages, set_pages
from blueprints.search_parts import Facet, SearchPart
from community import jobs
from community.config import Config
from community.forums.room import FORUMS, TOPIC
from community.health.room import HEALTH
from community.room import ChannelKind, Room, ScheduledTask, WorkerTasks, set_rooms
from community.rooms import ROOMS
from tests.specimen.pages import NOTE_PAGES
from tests.specimen.room import NOTES

TASK = ScheduledTask("count views", "twin.count", timedelta(hours=1))
TWINS = {
    'two kinds of things are named "topic"': Room("twin", things=(TOPIC,)),
    'two channels are named "topic"': Room("twin", channels=(ChannelKind("topic", lambda *_: True),)),
    'two notification kinds are named "reply"': Room(
        "twin", notifications=(replace(NOTES.notifications[0], name="reply"),)
    ),
    'two kinds of moderated things are named "post"': Room(
        "twin", moderation=(replace(NOTES.moderation[0], kind="post"),)
    ),
    'two acts whose reason is kept twice are named "health.note_alarm"': Room(
        "twin", reason_copies=HEALTH.reason_copies
    ),
    'two search kinds are named "topic"': Room("twin", search=FORUMS.search),
    'two scheduled tasks are named "count views"': Room("twin", tasks=WorkerTasks(schedule=(TASK,))),
}


@pytest.mark.parametrize("told", TWINS)
def test_two_rooms_with_one_name_are_refused(told: str) -> None:
    owner = "health" if '"health.' in told else "forums"
    with pytest.raises(ValueError, match=re.escape(f"{told}: one of {owner}, one of twin")):
        set_rooms(Flask(__name__), (*ROOMS, TWINS[told]))


def test_the_rooms_there_are_go_together() -> None:
    set_rooms(Flask(__name__), (*ROOMS, NOTES))


def test_no_room_runs_in_place_of_the_house(app: Flask) -> None:
    config: Config = app.config["TSUDOI"]
    twin = Room("twin", tasks=WorkerTasks(schedule=(replace(TASK, name="send mail"),)))
    with pytest.raises(ValueError, match='two scheduled tasks are named "send mail": one of the house, one of twin'):
        jobs._schedule(config, (twin,))


def make_pages(name: str, facet: str) -> RoomPages:
    filter_ = Facet(facet, "かたち", lambda _: None)
    return RoomPages(name, Blueprint(name, __name__), search=SearchPart((), lambda *_: {}, facets=(filter_,)))


def test_two_files_of_the_data_export_with_one_name_are_refused() -> None:
    app, export = Flask(__name__), NOTE_PAGES.export
    assert export is not None
    one = replace(make_pages("one", "shape"), export=replace(export, file_names=("notes.csv", "notes.json")))
    with pytest.raises(ValueError, match=r'files of the data export are named "notes\.json": one of notes, one of one'):
        set_pages(app, (NOTE_PAGES, one))
    taken = replace(one, export=replace(export, file_names=("pictures.csv",)))
    with pytest.raises(ValueError, match="one of the pictures, one of one"):
        set_pages(app, (taken,))


def test_two_filters_or_acts_with_one_name_are_refused() -> None:
    app = Flask(__name__)
    one = make_pages("one", "shape")
    set_pages(app, (one, NOTE_PAGES))
    with pytest.raises(ValueError, match='two search filters are named "shape": one of one, one of two'):
        set_pages(app, (one, make_pages("two", "shape")))
    for taken in ("q", "kind", "age", "order", "page"):
        with pytest.raises(ValueError, match="one of the search page, one of one"):
            set_pages(app, (make_pages("one", taken),))
    with pytest.raises(ValueError, match='two welcome acts are named "note": one of notes, one of twin'):
        set_pages(app, (NOTE_PAGES, replace(NOTE_PAGES, name="twin")))
