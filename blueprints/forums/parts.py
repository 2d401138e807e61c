"""What of a topic's page follows what happens while the page is open."""

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
    """Return what stands around the posts, by the ids of the elements.

    `accepted`: the answer that solved the question, where there is one that is shown.
    """
    by = _("質問した人が、この回答で解決しました") if topic.kind == TopicKind.QUESTION else ""
    is_solved, solved_in = accepted is not None, solution.solved_in
    mark = accepted.mark if accepted else ""
    facts = (solution.first_answer, solution.solved, solution.by)
    return {
        "topic-title": _part("title", (topic.title,), topic),
        "topic-state": _part("state", (is_solved, solved_in), is_solved, solved_in),
        "topic-answer": _part("answer_box", (mark, by), accepted, by, topic, draw_post),
        "topic-recall": _part("recall", (is_solved,), is_solved),
        "talk-title": _part("talk_title", (is_solved,), topic, is_solved),
        "topic-facts": _part("solution_facts", facts, solution),
        "topic-solver": _part("solved_by", (mark,), accepted),
    }


def parts_of_posts(
    topic: Topic, views: Mapping[int, PostView], draw_post: PostDrawer, *, is_first_page: bool
) -> dict[str, LivePart]:
    """Return the posts as they stand on a page, by the ids of the elements.

    The answer is shown above the others; in its place stands a line. Beyond the first page the opening is a recall.
    """

    def draw(view: PostView) -> Markup:
        if view.is_accepted:
            return _draw("answer_here", view)
        return draw_post(view, topic, positioned=is_first_page or view.post.position > 1)

    return {f"post-{id_}": LivePart(partial(_mark_of, view), partial(draw, view)) for id_, view in views.items()}


def _mark_of(view: PostView) -> str:
    return view.mark


def _part(macro: str, facts: tuple[object, ...], *given: object) -> LivePart:
    mark = make_mark(*facts)
    return LivePart(lambda: mark, partial(_draw, macro, mark, *given))


def _draw(macro: str, *given: object) -> Markup:
    module: Any = current_app.jinja_env.get_template(TEMPLATE).module
    return getattr(module, macro)(*given)
