"""Footfall: a city's digital services, understood without knowing who anyone is."""

__all__ = ["__version__"]

__version__ = "0.1.0"
