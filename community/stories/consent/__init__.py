"""Who allowed which use until when, and what may be shown by that."""
