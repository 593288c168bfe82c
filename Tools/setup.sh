#!/bin/sh
# Installs the system packages that dyn needs and that are missing.
#
#   setup.sh build   what building and running needs
#   setup.sh test    that, and what the tests need
#   setup.sh bench   that, and what the side-by-side benchmark measures and measures with
#
# Uses apt as root or through sudo. Without root it prints what the administrator must install and
# fails. Libraries in a folder of your own count when C_INCLUDE_PATH and LIBRARY_PATH lead to them.
set -u

purpose=${1:-test}

say() { printf '%s\n' "setup: $*" >&2; }

fail() {
  say "$@"
  exit 1
}

# Whether a C program that includes $1 compiles and links with the flag $2.
links() {
  command -v clang >/dev/null 2>&1 || return 1
  printf '#include <%s>\nint main(void) { return 0; }\n' "$1" |
    clang -x c -o /dev/null - "$2" >/dev/null 2>&1
}

imports() {
  python3 -c "import $1" >/dev/null 2>&1
}

installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Whether the machine has what the Debian package $1 stands for.
present() {
  installed "$1" && return 0
  case $1 in
    libgsl-dev) links gsl/gsl_odeiv2.h -lgsl ;;
    libopenblas-dev) links cblas.h -lopenblas ;;
    libzip-dev) links zip.h -lzip ;;
    gnuplot-nox) command -v gnuplot >/dev/null 2>&1 ;;
    python3-numpy) imports numpy ;;
    python3-jsonschema) imports jsonschema ;;
    *) return 1 ;;
  esac
}

check_swift() {
  command -v swift >/dev/null 2>&1 ||
    fail "swift is not on the PATH: install Swift 6.2 or later from https://swift.org/install"
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
  major=${version%%.*}
  minor=${version#*.}
  [ -n "$version" ] || return 0
  if [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
    fail "this is Swift $version: install Swift 6.2 or later from https://swift.org/install"
  fi
}

# Runs a command quietly; shows what it printed when it fails.
quietly() {
  output=$("$@" 2>&1) && return 0
  printf '%s\n' "$output" >&2
  return 1
}

install_packages() {
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1 &&
    { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
    as_root=sudo
  else
    fail "installing needs root; ask the administrator to run: apt-get install" "$@"
  fi
  say "installing" "$@"
  quietly $as_root apt-get -q update ||
    say "apt-get update failed; trying with the package lists at hand"
  quietly $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y install --no-install-recommends "$@" ||
    fail "apt-get could not install" "$@"
}

check_swift

case $(uname -s) in
  Darwin)
    have_all=yes
    for header in gsl/gsl_odeiv2.h:-lgsl cblas.h:-lopenblas zip.h:-lzip; do
      links "${header%%:*}" "${header#*:}" || have_all=no
    done
    [ $have_all = yes ] && exit 0
    fail "packages are missing; run: brew install gsl openblas libzip gnuplot numpy"
    ;;
esac

packages='libgsl-dev libopenblas-dev libzip-dev'
[ "$purpose" = build ] ||
  packages="$packages gnuplot-nox python3-numpy python3-jsonschema"
[ "$purpose" = bench ] &&
  packages="$packages gcc g++ make libsundials-dev libboost-dev hyperfine python3-venv"

missing=
for package in $packages; do
  present "$package" || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

command -v apt-get >/dev/null 2>&1 ||
  fail "this machine has no apt; install what these Debian packages stand for:$missing"
# Word splitting is wanted: a list of names.
# shellcheck disable=SC2086
install_packages $missing
