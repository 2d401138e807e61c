"""Floor 1: what the community does. Knows no request, no URL, no page."""
