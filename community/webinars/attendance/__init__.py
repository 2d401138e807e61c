"""Reports of attendance: reading them, and the time that each person was there."""
