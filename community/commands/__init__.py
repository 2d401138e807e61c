"""The operator's commands that are more than one call; `community/__main__.py` lists all commands."""
