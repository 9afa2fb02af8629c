"""Time limits: the working time of a site, and when a limit runs out.

A limit in days ends with the working time of the last day, and the day on which it begins is not counted
(Civil Code of the PRC, articles 201 and 203); one in minutes is counted from the instant itself.
"""
