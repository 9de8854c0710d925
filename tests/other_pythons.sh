#!/bin/sh
# The unit and sandbox tests on each promised Python that this machine has, but for BASE, on which all tests ran.
# Candidates: python3.11, python3.12 and python3.13 on PATH, and pyenv's. Each gets its own .venv-X.Y from the lock.
set -eu
cd "$(dirname "$0")/.."
BASE="${BASE:-none}"

candidates() {
    for version in 3.11 3.12 3.13; do command -v "python$version" || true; done
    if command -v pyenv >/dev/null 2>&1; then
        for python in "$(pyenv root)"/versions/3.1[123]*/bin/python; do
            if [ -x "$python" ]; then echo "$python"; fi
        done
    fi
}

version_of() { "$1" -c 'import sys, ensurepip, venv; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

prepare() {  # python, venv
    if [ -f "$2/.dev" ] && cmp -s requirements-dev.lock "$2/.dev"; then return; fi
    "$1" -m venv --clear "$2"
    pip="$2/bin/python -m pip --disable-pip-version-check --quiet install"
    $pip --require-hashes --only-binary :all: -r requirements-dev.lock
    $pip --no-deps --no-build-isolation -e .
    cp requirements-dev.lock "$2/.dev"
}

list="$(mktemp)"
trap 'rm -f "$list"' EXIT
candidates >"$list"
seen=" $BASE "
ran=""
while read -r python; do
    version="$(version_of "$python")" || continue
    case "$version" in 3.11 | 3.12 | 3.13) ;; *) continue ;; esac
    case "$seen" in *" $version "*) continue ;; esac
    seen="$seen$version "
    echo "Python $version ($python): unit and sandbox tests"
    prepare "$python" ".venv-$version"
    ".venv-$version/bin/python" -m pytest -q -n 4 -p no:cacheprovider -m "not slow" tests/unit tests/plugins </dev/null
    ran="$ran $version"
done <"$list"

if [ -z "$ran" ]; then
    echo "No other Python of 3.11, 3.12 and 3.13 was found on this machine; only $BASE was tested."
else
    echo "Tested besides $BASE:$ran"
fi
