"""Floor 1: what the community does. Knows no request, no URL, no page."""

import gc

# The garbage collector looks through young objects after this many allocations instead of Python's 700. Importing the
# application makes hundreds of thousands of objects that all stay, a large write tens of thousands: collecting at 700
# took a tenth of every start.
gc.set_threshold(50_000)
