"""The yardstick: what Flask, the ORM and Jinja cost for the same twenty posts, and nothing else.

A plain application: a signed session names the viewer, Flask-Login loads them, the ORM loads the topic, its category
and its posts with their authors and companies, and a template with a base draws them with links and dates. It loads
only the columns that it shows. No rights, no marks, no reactions, no forms, no translations.

`/as-it-was/` is the yardstick of earlier figures: whole rows, and with each author today's membership and company,
which it never shows. It stays so that both can be measured in one run.

`/stories/` shows one story with its figures and three others, read from its published version: no consents, no reasons.
"""

import json
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import Flask, abort, render_template, request
from flask_login import LoginManager, current_user
from jinja2 import DictLoader
from sqlalchemy.orm import joinedload, load_only, raiseload
from sqlalchemy.orm.interfaces import ORMOption

from models.accounts import Account, Member
from models.base import db
from models.forums import Category, Post, Topic
from models.stories import Story, StoryVersion

BASE = """<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="{{ url_for('static', filename='site.css') }}"></head>
<body><header><a href="/">Home</a> {{ current_user.family_name }} {{ current_user.given_name }}</header>
<main>{% block main %}{% endblock %}</main></body></html>"""
TOPIC = """{% extends "base.html" %}
{% block title %}{{ topic.title }}{% endblock %}
{% block main %}<nav><a href="/c/{{ topic.category.slug }}">{{ topic.category.name }}</a></nav>
<h1>{{ topic.title }}</h1>
{% for post in posts %}<article id="post-{{ post.id }}">
<header><a href="{{ url_for('show_member', handle=post.author.handle) }}">{{ post.author.display_name }}</a>
{% if post.account %}<span>{{ post.account.industry }}</span>{% endif %}
<a href="{{ url_for('show_topic', topic_id=topic.id, _anchor='post-%d'|format(post.id)) }}">
<time datetime="{{ post.created_at.isoformat() }}">{{ post.created_at.strftime("%Y-%m-%d %H:%M") }}</time></a></header>
<div>{{ post.html|safe }}</div></article>
{% endfor %}{% endblock %}"""


STORY = """{% extends "base.html" %}
{% block title %}{{ told.title }}{% endblock %}
{% block main %}<h1>{{ told.title }}</h1><p>{{ told.lead }}</p>
<p>{{ told.company }} {{ told.trade }} {{ told.people|join(" ") }}</p>
<ul>{% for figure in told.figures %}<li>{{ figure.label }} {{ figure.baseline }} → {{ figure.result }} {{ figure.unit }}
<time>{{ figure.as_of }}</time></li>{% endfor %}</ul>
<blockquote>{{ told.quote }}</blockquote>
{% for name, html in parts.items() %}<section id="{{ name }}"><h2>{{ name }}</h2>{{ html|safe }}</section>{% endfor %}
<ul>{% for step, effort in told.tries %}<li>{{ step }} {{ effort }}</li>{% endfor %}</ul>
{% for id, other in others.items() %}<article><a href="{{ url_for('show_story', story_id=id) }}">{{ other.title }}</a>
<p>{{ other.trade }} {{ other.lead }}</p></article>{% endfor %}{% endblock %}"""


Options = Sequence[ORMOption]
# The columns that the template shows, and the keys.
NAME_ONLY = (load_only(Member.family_name, Member.given_name, Member.handle), raiseload(Member.membership))
TOPIC_SHOWN = (load_only(Topic.title), joinedload(Topic.category).load_only(Category.slug, Category.name))
POSTS_SHOWN = (
    load_only(Post.html, Post.created_at),
    joinedload(Post.author).options(*NAME_ONLY),
    joinedload(Post.account).load_only(Account.industry),
)


def make_bare_app(database_url: str, secret: str) -> Flask:
    """Return the bare application, on the same database and with the same models."""
    app = Flask("bare")
    app.config.update(SECRET_KEY=secret, SQLALCHEMY_DATABASE_URI=database_url, SESSION_COOKIE_NAME="bare")
    app.config["COMMUNITY_ZONE"] = ZoneInfo("Asia/Tokyo")  # the models ask where the day begins
    app.jinja_env.loader = DictLoader({"base.html": BASE, "topic.html": TOPIC, "story.html": STORY})
    db.init_app(app)
    login = LoginManager(app)

    @login.user_loader
    def load_member(session_id: str) -> Member | None:
        shown = () if request.path.startswith("/as-it-was/") else NAME_ONLY
        return db.session.get(Member, int(session_id.partition(".")[0]), options=shown)

    def draw(topic_id: int, topic_options: Options, post_options: Options) -> str:
        topic = db.session.get(Topic, topic_id, options=topic_options) or abort(404)
        if not current_user.is_authenticated:
            abort(403)
        chosen = db.select(Post).where(Post.topic_id == topic.id).order_by(Post.position).limit(20)
        posts = db.session.scalars(chosen.options(*post_options)).all()
        return render_template("topic.html", topic=topic, posts=posts)

    @app.get("/topics/<int:topic_id>")
    def show_topic(topic_id: int) -> str:
        return draw(topic_id, TOPIC_SHOWN, POSTS_SHOWN)

    @app.get("/as-it-was/topics/<int:topic_id>")
    def show_whole_topic(topic_id: int) -> str:
        return draw(topic_id, (joinedload(Topic.category),), (joinedload(Post.author), joinedload(Post.account)))

    @app.get("/stories/<int:story_id>")
    def show_story(story_id: int) -> str:
        chosen = db.select(Story.id, StoryVersion.content, StoryVersion.html)
        shown = chosen.join(StoryVersion, StoryVersion.id == Story.published_version_id)
        story = db.session.execute(shown.where(Story.id == story_id)).one_or_none() or abort(404)
        others = db.session.execute(shown.where(Story.id > story_id).order_by(Story.id).limit(3)).all()
        return render_template(
            "story.html",
            told=json.loads(story.content),
            parts=story.html,
            others={other.id: json.loads(other.content) for other in others},
        )

    @app.get("/members/<handle>")
    def show_member(handle: str) -> str:
        return handle

    return app
