"""Success stories: how they are written, approved, consented to, shown and found."""
