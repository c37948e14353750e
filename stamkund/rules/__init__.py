"""What a loyalty programme is: pure functions; no HTTP, database, clock or chance."""

import stamkund.rules.programme  # noqa: F401 -- first of all
