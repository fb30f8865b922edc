"""Faults marked in the user's own workbook: parts of the file are added to and nothing in it is written anew.

``in_place.mark_workbook`` colours cells, adds comments and one explaining sheet; formulas, formats, widths, charts,
macros and hidden sheets stay as they are, byte for byte. ``marks`` says which cells problems are about.
"""
