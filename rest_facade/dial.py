"""Opens the channel to a core in another process: spread over its replicas, bounded, kept alive."""

import grpc
import msgspec

SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": "weir.v1.ChatService"},
    "methodConfig": [
        {
            "name": [{"service": "weir.v1.ModelService"}, {"service": "weir.v1.AccountService"}],
            "timeout": "10s",
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "0.1s",
                "maxBackoff": "2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
}


def dial(address: str, max_message_bytes: int) -> grpc.aio.Channel:
    """Makes the channel; it connects when first used, and again whenever it must."""
    return grpc.aio.insecure_channel(
        address,
        options=[
            ("grpc.service_config", msgspec.json.encode(SERVICE_CONFIG).decode()),
            ("grpc.max_receive_message_length", max_message_bytes),
            ("grpc.max_send_message_length", max_message_bytes),
            ("grpc.max_metadata_size", 16 * 1024),
            ("grpc.absolute_max_metadata_size", 32 * 1024),
            ("grpc.keepalive_time_ms", 60_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.http2.bdp_probe", 0),
        ],
    )
