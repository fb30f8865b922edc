"""Views: what a screen, a command or a report shows of a plan; one function per view, shared by all doors.

A view is a pure function of a company and a plan. Tables come back as frames with names joined to codes, compound
views as dataclasses. Texts are worded by :mod:`quarterdeck.service.views.wording` and nowhere else.
"""
