"""Levelling (sales and operations planning): how much to make, stock, put out and hire, within capacity and cash.

``stage.run`` levels the volumes of all products over the weeks of the horizon; ``Levelling`` in ``levelling.py`` holds
a levelled company for questions of the kind *what if*.
"""
