#!/bin/sh
# Builds dyn with the address sanitizer, its C sources also with that for undefined behaviour, in
# the folder $1. Swift has no sanitizer of its own for the latter: it traps.
set -u

[ -x "$1/release/dyn" ] || echo 'building dyn with sanitizers (some minutes the first time)' >&2
output=$(swift build --scratch-path "$1" -c release --product dyn --sanitize=address \
  -Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined 2>&1) && exit 0
printf '%s\n' "$output" >&2
exit 1
