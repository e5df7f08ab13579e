"""Says with which status an rpc ended, as seen from around it. Pure."""

import asyncio

import grpc

from gateway_core.interceptors.around import Context

BY_NUMBER = {code.value[0]: code for code in grpc.StatusCode}


def outcome_of(context: Context, error: BaseException | None) -> grpc.StatusCode:
    """Reads the status off the context; a caller who left shows as CANCELLED."""
    if isinstance(error, asyncio.CancelledError | GeneratorExit):
        return grpc.StatusCode.CANCELLED
    code: object = context.code()
    if isinstance(code, grpc.StatusCode):
        return code
    known = BY_NUMBER.get(code) if isinstance(code, int) else None
    if known is None or (error is not None and known is grpc.StatusCode.OK):
        return grpc.StatusCode.OK if error is None else grpc.StatusCode.UNKNOWN
    return known
