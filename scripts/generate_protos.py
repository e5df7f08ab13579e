"""Writes the Python code and the descriptor set of the contract; `--check` says whether the committed ones are fresh.

It knows the layout of `protos/` and nothing of what the contract says.
"""

import argparse
import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

PROTOS = Path(__file__).resolve().parent.parent / "protos"
GENERATED = PROTOS / "gen"
TOOLS = Path(sys.executable).parent
STUB_WRITERS = ("protoc-gen-mypy", "protoc-gen-mypy_grpc")
PACKAGE_DOCSTRINGS = {
    "weir": "The contract of Weir as generated Python. Written by `make generate`; never edited.",
    "weir/admin": "What administrators speak, as generated Python. Written by `make generate`; never edited.",
    "weir/admin/v1": "Version 1 of what administrators speak. Written by `make generate`; never edited.",
    "weir/v1": "What callers of the gateway speak. Written by `make generate`; never edited.",
}


def sources() -> list[str]:
    """Lists the proto files, relative to the proto root, in a stable order."""
    return sorted(str(path.relative_to(PROTOS)) for path in PROTOS.glob("weir/**/*.proto"))


def generate(target: Path) -> None:
    """Writes everything that is derived from the contract into an empty folder."""
    command = [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        *(f"--plugin={name}={TOOLS / name}" for name in STUB_WRITERS),
        f"--proto_path={PROTOS}",
        f"--python_out={target}",
        f"--grpc_python_out={target}",
        f"--mypy_out={target}",
        f"--mypy_grpc_out={target}",
        f"--descriptor_set_out={target / 'weir.binpb'}",
        "--include_imports",
        "--include_source_info",
        *sources(),
    ]
    subprocess.run(command, check=True, capture_output=True)
    remove_empty_stubs(target)
    for package, docstring in PACKAGE_DOCSTRINGS.items():
        (target / package / "__init__.py").write_text(f'"""{docstring}"""\n')
    (target / "weir" / "py.typed").write_text("")


def remove_empty_stubs(target: Path) -> None:
    """Deletes the service code of files that define no service."""
    for source in sources():
        if "\nservice " not in (PROTOS / source).read_text():
            for stub in target.glob(source.replace(".proto", "_pb2_grpc.py*")):
                stub.unlink()


def files_below(folder: Path) -> set[str]:
    """Lists the generated files, leaving out what the interpreter caches."""
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}


def stale_files(fresh: Path) -> list[str]:
    """Names every file that differs between what is committed and what the contract says now."""
    names = files_below(fresh) | files_below(GENERATED)
    _, mismatch, missing = filecmp.cmpfiles(fresh, GENERATED, names, shallow=False)
    return sorted([*mismatch, *missing])


def main() -> int:
    """Generates in place, or only compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the committed code is not fresh")
    if not parser.parse_args().check:
        for name in files_below(GENERATED):
            (GENERATED / name).unlink()
        GENERATED.mkdir(exist_ok=True)
        generate(GENERATED)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        stale = stale_files(Path(folder))
    for name in stale:
        sys.stderr.write(f"not fresh: protos/gen/{name}\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
