#!/bin/sh
# Debian keeps venv in a package of its own: install it where we may, else say how.
set -eu
version=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing python$version-venv ..."
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "python$version-venv" >/dev/null
else
    echo "This Python has no venv. On Debian: sudo apt-get install python$version-venv" >&2
    exit 1
fi
