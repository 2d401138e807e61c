"""The parts of a topic's page that follow what happens while the page is open."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup

from blueprints.live_parts import LivePart, make_mark
from models.forums import Topic, TopicKind

from .drawing import PostDrawer
from .view_models import PostView, Solution

TEMPLATE = "forums/_parts.html"


def parts_around(
    topic: Topic, accepted: PostView | None, solution: Solution, draw_post: PostDrawer
) -> dict[str, LivePart]:
    """Return the parts around the posts, by the ids of their elements.

    `accepted`: the answer that solved the question, if there is one and it is visible.
    """
    by = _("質問した人が、この回答で解決しました") if topic.kind == TopicKind.QUESTION else ""
    is_solved, solved_in = accepted is not None, solution.solved_in
    mark = accepted.mark if accepted else ""
    facts = (solution.first_answer, solution.solved, solution.by)
    return {
        "topic-title": _make_part("title", (topic.title,), topic),
        "topic-state": _make_part("state", (is_solved, solved_in), is_solved, solved_in),
        "topic-answer": _make_part("answer_box", (mark, by), accepted, by, topic, draw_post),
        "topic-recall": _make_part("recall", (is_solved,), is_solved),
        "talk-title": _make_part("talk_title", (is_solved,), topic, is_solved),
        "topic-facts": _make_part("solution_facts", facts, solution),
        "topic-solver": _make_part("solved_by", (mark,), accepted),
    }


def parts_of_posts(
    topic: Topic, views: Mapping[int, PostView], draw_post: PostDrawer, *, is_first_page: bool
) -> dict[str, LivePart]:
    """Return the posts as they stand on a page, by the ids of their elements.

    The accepted answer is drawn above the others; a line stands in its place. Beyond the first page, the opening is
    repeated for reference only.
    """

    def draw(view: PostView) -> Markup:
        if view.is_accepted:
            return _draw_macro("answer_here", view)
        return draw_post(view, topic, positioned=is_first_page or view.post.position > 1)

    return {f"post-{id_}": LivePart(partial(_mark_of, view), partial(draw, view)) for id_, view in views.items()}


def _mark_of(view: PostView) -> str:
    return view.mark


def _make_part(macro: str, facts: tuple[object, ...], *given: object) -> LivePart:
    mark = make_mark(*facts)
    return LivePart(lambda: mark, partial(_draw_macro, macro, mark, *given))


def _draw_macro(macro: str, *given: object) -> Markup:
    module: Any = current_app.jinja_env.get_template(TEMPLATE).module
    return getattr(module, macro)(*given)
