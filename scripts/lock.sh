#!/bin/sh
# Pins what requirements/*.in ask for, with hashes and without index addresses. `--upgrade` takes newer versions.
set -eu
cd "$(dirname "$0")/.."
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1

uv=$(command -v uv || echo .venv/bin/uv)
# The order matters: later sets are constrained by earlier ones.
for set in bootstrap runtime build dev; do
    echo "lock: requirements/$set.txt" >&2
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        --output-file "requirements/$set.txt" "requirements/$set.in" "$@"
done
