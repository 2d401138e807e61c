"""Mail about what happens in the rooms: whether, when and how a person is mailed of it."""
