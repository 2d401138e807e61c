"""Mail about notifications: whether, when and how a person is mailed of them. It knows things, and no room."""
