#!/bin/sh
# Runs the tests on every Python this machine has, each in an environment of its own below .venvs.
# The oldest has to reach the coverage, unless arguments say which tests to run; the others do not measure it again.
set -u
cd "$(dirname "$0")/.." || exit

found=$(sh scripts/find_python.sh --all)
[ -n "$found" ] || exit 1
failed=""
coverage=""
[ $# -gt 0 ] || coverage="--cov --cov-report=term"
while read -r version python; do
    echo "== Python $version ($python)"
    # shellcheck disable=SC2086  # two words, or none
    { PYTHON="$python" sh scripts/environment.sh dev ".venvs/$version" &&
        ".venvs/$version/bin/pytest" -n auto $coverage "$@"; } </dev/null || failed="$failed $version"
    coverage=""
done <<END
$found
END
[ -z "$failed" ] || { echo "failed on:$failed" >&2; exit 1; }
