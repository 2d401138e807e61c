"""Customer success's library: finding stories for a theme, uses, candidates."""
