"""Lists of stories for readers, and pictures of them."""
