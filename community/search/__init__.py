"""Full-text search over the things of all rooms: it knows words and audiences, but no room and no right."""
