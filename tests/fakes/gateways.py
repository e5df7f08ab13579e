"""Whole gateways of real processes: everything in one, or core and facade apart. Tests see no difference."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.gateway_process import FREE_PORT, GatewayProcess, gateway_process

CONFIGURATION = """\
version: 1
providers:
  practice: {kind: simulator}
  hasty: {kind: simulator, timeouts: {first_token: 200ms, idle: 200ms, total: 300ms}}
models:
  weir-demo: {targets: [{provider: practice, model: weir-demo, price: {input: 0.10, output: 0.40}}]}
  team/steady: {targets: [{provider: practice, model: steady}]}
  hasty: {targets: [{provider: hasty, model: weir-demo}]}
"""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that runs: where it listens, secrets that work, and the processes behind (one and the same, or two).

    Without an admin service of its own it has no address of one.
    """

    http: str
    grpc: str
    admin: str
    key: str
    token: str
    front: GatewayProcess
    core: GatewayProcess

    @property
    def authority(self) -> tuple[str, int]:
        """Host and port of the REST listener."""
        host, port = self.http.removeprefix("http://").rsplit(":", 1)
        return host, int(port)


MakeGateway = Callable[..., AbstractContextManager[Gateway]]


def written(folder: Path, configuration: str) -> str:
    """Writes the configuration and gives its path."""
    folder.mkdir(exist_ok=True)
    path = folder / "weir.yaml"
    path.write_text(configuration)
    return str(path)


@contextmanager
def embedded_gateway(
    folder: Path, configuration: str = CONFIGURATION, variables: Mapping[str, str] | None = None
) -> Iterator[Gateway]:
    """Runs `weir up`."""
    file, data = written(folder, configuration), str(folder / "data")
    listen = ("--http-listen", FREE_PORT, "--grpc-listen", FREE_PORT)
    with gateway_process(folder, "up", "--config", file, "--data-dir", data, *listen, variables=variables) as process:
        addresses = process.addresses
        key, token = process.issued.get("api_key", ""), process.issued.get("admin_token", "")
        yield Gateway(addresses["http"], addresses["grpc"], addresses["admin"], key, token, process, process)


@contextmanager
def split_gateway(
    folder: Path, configuration: str = CONFIGURATION, variables: Mapping[str, str] | None = None
) -> Iterator[Gateway]:
    """Runs `weir core` and, in front of it, `weir facade`."""
    file = written(folder, configuration)
    core_arguments = ("core", "--config", file, "--grpc-listen", FREE_PORT, "--data-dir", str(folder / "data"))
    with gateway_process(folder / "core", *core_arguments, variables=variables) as core:
        address = core.addresses["grpc"]
        facade_arguments = ("facade", "--config", file, "--http-listen", FREE_PORT, "--core", f"dns:///{address}")
        with gateway_process(folder / "facade", *facade_arguments, variables=variables) as facade:
            key, token = core.issued.get("api_key", ""), core.issued.get("admin_token", "")
            yield Gateway(facade.addresses["http"], address, "", key, token, facade, core)


GATEWAYS: Mapping[str, MakeGateway] = {"embedded": embedded_gateway, "split": split_gateway}
