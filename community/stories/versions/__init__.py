"""What a version of a story holds: its content, its hash, how two differ."""
