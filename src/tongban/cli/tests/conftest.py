from tongban.kernel.ledger.tests.conftest import shared_database

__all__ = ["shared_database"]
