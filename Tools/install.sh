#!/bin/sh
# Installs dyn, its completions and its manual page from the build folder $1 under the prefix $2.
set -eu

folder=$1
prefix=$2
binary=$folder/release/dyn

manual=$folder/release/generate-manual

# Under sudo an existing build is taken as it is: root may have no Swift, and must not own the
# build folder.
if [ ! -x "$binary" ] || [ -z "${SUDO_USER:-}" ]; then
  sh Tools/setup.sh build
  sh Tools/build.sh "$folder" dyn generate-manual
fi

# Writes standard input to the file $1 under the prefix.
place() {
  mkdir -p "$prefix/${1%/*}"
  cat >"$prefix/$1"
  chmod 644 "$prefix/$1"
}

mkdir -p "$prefix/bin"
cp "$binary" "$prefix/bin/dyn.new"
chmod 755 "$prefix/bin/dyn.new"
mv -f "$prefix/bin/dyn.new" "$prefix/bin/dyn"

"$binary" --generate-completion-script bash | place share/bash-completion/completions/dyn
"$binary" --generate-completion-script zsh | place share/zsh/site-functions/_dyn
"$binary" --generate-completion-script fish | place share/fish/vendor_completions.d/dyn.fish
if [ -x "$manual" ]; then
  "$manual" "$binary" --output-directory - | place share/man/man1/dyn.1
fi

echo "installed $prefix/bin/dyn, its manual page and completions for bash, zsh and fish"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "note: $prefix/bin is not on your PATH" ;;
esac
