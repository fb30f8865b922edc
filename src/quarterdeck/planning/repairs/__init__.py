"""Repairs: what would make a late order come sooner, each tried by planning again."""
