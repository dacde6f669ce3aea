import pytest
import shim as wire_shim


@pytest.fixture(scope="session")
def shim():
    binary = wire_shim.find_binary()
    if binary is None:
        pytest.skip("wire_shim is not built")
    client = wire_shim.Shim(binary)
    yield client
    client.close()
