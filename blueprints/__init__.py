"""Floor 2: HTTP and sockets. Load, ask a rule, parse, act, answer."""

from . import (
    accounts,
    audit,
    files,
    forums,
    health,
    home,
    mail,
    mailings,
    notifications,
    realtime,
    search,
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
    audit.bp,
    mail.bp,
    mailings.bp,
    realtime.bp,
    search.bp,
    styleguide.bp,
)
