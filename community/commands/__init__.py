"""The operator's commands that are more than a call of one function; `community/__main__.py` lists them all."""
