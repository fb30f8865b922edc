"""Tests of the workspace and its databases."""
