"""docs/configuration.md says what community/config.py does."""

import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from community.config import ROOT, Config


def written(field: FieldInfo) -> str:
    """A default as the page has it."""
    default: Any = field.get_default()
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, Path):
        default = default.relative_to(ROOT)
    return f"`{default}`" if str(default) else "empty"


def test_every_setting_is_on_the_page_with_its_default() -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    rows = re.findall(r"^\| `TSUDOI_(\w+)` \| ([^|]+?) \| [^|]+ \|$", page, re.MULTILINE)
    assert dict(rows) == {name.upper(): written(field) for name, field in Config.model_fields.items()}
    assert len(rows) == len(Config.model_fields)
