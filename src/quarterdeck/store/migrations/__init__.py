"""Migrations of the database, made by Django from the declarations; never edited by hand."""
