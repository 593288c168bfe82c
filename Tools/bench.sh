#!/bin/sh
# Measures dyn side by side with other packages; see Benchmarks in the documentation.
# Usage: bench.sh BUILD [QUICK], QUICK being anything for a short trial.
#
# Peers are optional: what cannot be installed is named in the report. They go in a folder of their
# own, Benchmarks/.peers, apart from Debian packages.
set -u

build=$1
quick=${2:-}
peers=Benchmarks/.peers

note() { printf '%s\n' "bench: $*" >&2; }

install_system_packages() {
  sh Tools/setup.sh bench || note "some packages are missing; the report names what they cost"
}

install_python_peers() {
  [ -x $peers/venv/bin/python ] || python3 -m venv $peers/venv || return 0
  while read -r package; do
    $peers/venv/bin/python -c "import $package" 2>/dev/null ||
      $peers/venv/bin/pip install -q "$package" || note "$package cannot be installed"
  done <Benchmarks/Peers/requirements.txt
}

install_system_packages
install_python_peers
make -C Benchmarks/Peers --no-print-directory || exit 1
swift build --package-path Benchmarks -c release --product measure || exit 1

# Numbers are read as in C, whatever the language of the session.
LC_ALL=C PYTHONPATH=Benchmarks PYTHONDONTWRITEBYTECODE=1 \
  python3 -m side_by_side --dyn "$build/release/dyn" ${quick:+--quick}
