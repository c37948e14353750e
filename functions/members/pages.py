"""Pages of lists, from where every domain has them."""

from stamkund.web.pages import Cursor, Limit, opened, sealed

__all__ = ["Cursor", "Limit", "opened", "sealed"]
