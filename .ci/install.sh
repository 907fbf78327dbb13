#!/bin/sh
# Make the virtual environment if it is missing and install the pinned packages: install.sh FOLDER REQUIREMENTS
set -eu
venv=$1
requirements=$2

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python3.14; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2])' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and there is none. Debian: apt install python3 python3-venv. macOS: python.org or brew install python." >&2
    exit 1
}

place=$(pwd)
if [ "$(cat "$venv/.place" 2>/dev/null)" != "$place" ] || ! "$venv/bin/python" -c "" 2>/dev/null; then
    python=$(find_python)
    echo "Making $venv with $("$python" --version) …"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "This Python cannot make a virtual environment. Debian: apt install python3-venv." >&2
        exit 1
    fi
    printf '%s\n' "$place" >"$venv/.place"
fi

echo "Installing the packages of $requirements …"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-virtualenv -r "$requirements"
