from tongban.kernel.identity.tests.conftest import city, no_demo

__all__ = ["city", "no_demo"]
