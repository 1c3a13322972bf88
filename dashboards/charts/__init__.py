"""Charts drawn on the server as SVG: they print, need no script and fit a strict CSP.

Each module lays out one chart as a frozen dataclass: coordinates, keys, a sentence that says the
same in words, and the rows of its table. The marks are one template (``chart.marks``), put into the
page by ``templates/charts/figure.html`` and into a file of its own by ``standalone``.
"""
