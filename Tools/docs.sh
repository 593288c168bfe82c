#!/bin/sh
# Builds the library's documentation with docc; warnings are errors.
# Usage: docs.sh BUILD OUTPUT
set -eu

build=$1
output=$2
graphs=$build/symbol-graphs
rm -rf "$graphs" "$output"
mkdir -p "$graphs/all" "$graphs/library" "$(dirname "$output")"
swift build --scratch-path "$build/docs" --target Dynamics \
  -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$(cd "$graphs/all" && pwd)"
cp "$graphs"/all/Dynamics*.json "$graphs/library/"
docc convert Sources/Dynamics/Dynamics.docc --warnings-as-errors \
  --fallback-display-name Dynamics --fallback-bundle-identifier org.dyn.Dynamics \
  --additional-symbol-graph-dir "$graphs/library" --output-path "$output"
echo "wrote $output"
