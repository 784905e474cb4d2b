"""Tongban (通办): a city's services, data, hotline, oversight and regulation on one platform."""

__version__ = "0.1.0"
