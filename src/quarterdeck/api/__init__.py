"""The interface for programs: REST under ``/api/v1``, described by OpenAPI, over the same functions as the pages."""
