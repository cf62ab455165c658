"""Numbers only: arrays in, small frozen results out. No frame, file or area is known here.

Every function broadcasts, refuses what is impossible with a ``ValueError`` that names the cell, and
gives numbers that are never NaN. Shares lie in [0, 1], rates are per unit of the denominator, and
``q`` is the two-sided quantile of a decision (``intervals.two_sided(0.95)``).
"""
