"""Read API for figures, version 1. It asks the same ``quotas.figures`` as the pages.

``frame`` is what every endpoint has in common (who, how often, 304, errors), ``answers`` what they
return, ``endpoints`` what can be asked, ``docs`` the page that shows it.
"""

from dashboards.api.endpoints import api

__all__ = ["api"]
