"""The connection to Temporal, by its standard environment (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key)."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig

from temporal.seal import Seal


async def connect(seal: Seal | None, *, lazy: bool = False) -> Client:
    """Return a client with Piyao's converter and, if given, the seal; address and namespace come from the environment.

    With `lazy`, it connects at the first call, so the API starts while Temporal is down.
    """
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    interceptors = [seal] if seal else []
    return await Client.connect(**config, data_converter=pydantic_data_converter, interceptors=interceptors, lazy=lazy)
