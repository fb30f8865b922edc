"""Other systems' exports as the tables of a company, told by a mapping file in TOML."""

from quarterdeck.files.mapping.apply import Mapped, apply_mapping, map_sheets
from quarterdeck.files.mapping.declaration import Mapping
from quarterdeck.files.mapping.loading import MappingError, available_mappings, load_mapping

__all__ = ["Mapped", "Mapping", "MappingError", "apply_mapping", "available_mappings", "load_mapping", "map_sheets"]
