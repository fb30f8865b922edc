"""Mappings of other systems' exports."""
