"""What other rooms ask the forum: who may see the pictures of a post."""

from blueprints.files import visibility
from community.forums import queries
from models.accounts import Member


def may_see_post(member: Member | None, post_id: int) -> bool:
    return queries.get_post(post_id, seen_by=queries.get_reader(member)) is not None


visibility.register("post", may_see_post)
