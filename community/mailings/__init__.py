"""Mail about notifications: whether, when and how a member gets one. The package knows things, and no room."""
