"""The screens, one module each; every module lists its ``ROUTES``."""
