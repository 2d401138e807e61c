"""Looking for things of all rooms: knows words and audiences, but neither rooms nor their rights."""
