"""What categories are called."""

from flask_babel import get_locale

from models.forums import Category


def category_name(category: Category) -> str:
    """Return its name: the English one where the reader reads English and there is one."""
    return category.name_en if category.name_en and str(get_locale()).startswith("en") else category.name
