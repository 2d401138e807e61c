"""What follows when it changes what may be shown."""
