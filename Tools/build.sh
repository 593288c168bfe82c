#!/bin/sh
# Builds release products in the folder $1, the products $2... or dyn alone. On Linux the Swift
# libraries are linked in: dyn starts sooner and runs where Swift is not installed.
set -u

folder=$1
shift
[ $# -gt 0 ] || set -- dyn
static=
[ "$(uname -s)" = Linux ] && static=--static-swift-stdlib

build() {
  # Word splitting is wanted: an option or nothing.
  # shellcheck disable=SC2086
  swift build --scratch-path "$folder" -c release --product "$1" $static
}

[ -x "$folder/release/dyn" ] || echo 'building dyn (a minute or two the first time)' >&2
for product; do
  output=$(build "$product" 2>&1) && continue
  printf '%s\n' "$output" >&2
  exit 1
done
