#!/bin/sh
# Makes sure that the environment holds what is locked: environment.sh runtime|dev [folder]. Fast when it does.
# PYTHON names the interpreter to use; pip's and uv's own configuration is respected.
set -eu
cd "$(dirname "$0")/.."
level=$1
folder=${2:-.venv}

if [ -z "${PYTHON:-}" ] && "$folder/bin/python" -I -S scripts/environment.py --check "$level" "$folder" 2>/dev/null; then
    exit 0
fi

python=$(sh scripts/find_python.sh)
# Companies have certificate authorities of their own in the system's store; uv looks there only when told.
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1 UV_PYTHON_DOWNLOADS=never
exec "$python" -I scripts/environment.py "$level" "$folder"
