#!/bin/sh
# Installs what ./run and the tests need from Debian or Ubuntu: Python with its venv module, and git. Nothing else.
# Extra, only for benchmarks/scan_speed.py: tools/debian-packages.sh --benchmarks
set -eu

packages="git python3 python3-venv"
if [ "${1:-}" = --benchmarks ]; then packages="$packages ripgrep"; fi
root=
if [ "$(id -u)" -ne 0 ]; then root=sudo; fi
$root apt-get update
# shellcheck disable=SC2086 # a list of words
$root apt-get install --yes --no-install-recommends $packages
