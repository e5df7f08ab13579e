#!/bin/sh
# Prints the interpreter to use; with --all one line "<version> <interpreter>" for each version this machine has.
# An interpreter counts only if it runs: the shims of version managers may be there and lead nowhere. The system's own
# come first where they can make environments: distributions build with profile-guided optimisation, which is worth a
# quarter of the gateway's speed, and version managers as a rule do not.
set -u

probe='
import ssl, sqlite3, sys, venv
if sys.version_info < (3, 11) or sys.implementation.name != "cpython":
    raise SystemExit(1)
print("%d.%d" % sys.version_info[:2], getattr(sys, "_base_executable", sys.executable))
'

try() {
    "$1" -I -c "$probe" 2>/dev/null
}

candidates() {
    for path in /usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13 /usr/bin/python3.14; do
        "$path" -I -c "import ensurepip" 2>/dev/null && echo "$path"
    done
    for name in python3.11 python3.12 python3.13 python3.14 python3; do
        command -v "$name"
    done
    for path in "${PYENV_ROOT:-${HOME:-/nonexistent}/.pyenv}"/versions/3.*/bin/python3 \
        "${HOME:-/nonexistent}"/.local/share/uv/python/cpython-3.*/bin/python3 /usr/local/bin/python3; do
        [ -x "$path" ] && echo "$path"
    done
}

first() {
    if [ -n "${PYTHON:-}" ]; then
        try "$PYTHON" && return
        echo "PYTHON=$PYTHON is not a working Python 3.11 or newer" >&2
        return 1
    fi
    candidates | { while read -r candidate; do try "$candidate" && return; done; return 1; } && return
    echo "Python 3.11 or newer is needed: install python3 and python3-venv, or name it with PYTHON=/path/to/python3" >&2
    return 1
}

all() {
    seen=" "
    while read -r candidate; do
        if ! found=$(try "$candidate"); then
            echo "passed over: $candidate is older than 3.11 or does not run" >&2
            continue
        fi
        case $seen in *" ${found%% *} "*) continue ;; esac
        seen="$seen${found%% *} "
        echo "$found"
    done
}

if [ "${1:-}" = --all ]; then
    candidates | all
else
    found=$(first) && echo "${found#* }"
fi
