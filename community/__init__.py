"""Floor 1: what the community does. Knows no request, no URL, no page."""

import gc

# Collect young objects after this many instead of Python's 700. Importing the application makes hundreds of thousands
# that all stay, a large write tens of thousands: looking through them again and again was a tenth of every start.
gc.set_threshold(50_000)
