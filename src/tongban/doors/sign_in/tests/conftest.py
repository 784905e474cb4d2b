from tongban.kernel.identity.tests.conftest import _keys, city, key_folder

__all__ = ["_keys", "city", "key_folder"]
