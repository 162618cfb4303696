"""The connection to Temporal, by its standard environment (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, TLS, API key)."""

from __future__ import annotations

from temporalio.client import Client, GrpcCompression
from temporalio.envconfig import ClientConfig

from temporal.converter import data_converter
from temporal.seal import Seal

COMPRESSION = GrpcCompression.NONE
"""Temporal stands beside Piyao: to compress each small call takes both of them more time than the wire would save."""


async def connect(seal: Seal | None, *, lazy: bool = False) -> Client:
    """Return a client with Piyao's converter and, if given, the seal; address and namespace come from the environment.

    With `lazy`, it connects at the first call, so the API starts while Temporal is down.
    """
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    interceptors = [seal] if seal else []
    return await Client.connect(
        **config, data_converter=data_converter, interceptors=interceptors, grpc_compression=COMPRESSION, lazy=lazy
    )
