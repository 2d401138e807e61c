"""Floor 2: HTTP and sockets. Load, ask a rule, parse, act, answer."""

from . import (
    accounts,
    files,
    forums,
    health,
    home,
    mail,
    mailings,
    notifications,
    realtime,
    settlement,
    styleguide,
    system,
)

ALL_BLUEPRINTS = (
    system.bp,
    home.bp,
    accounts.bp,
    forums.bp,
    files.bp,
    notifications.bp,
    health.bp,
    settlement.bp,
    mail.bp,
    mailings.bp,
    realtime.bp,
    styleguide.bp,
)
