#!/bin/sh
# Writes dist/target-table-portal-<version>.tar.gz: the project and the wheels of requirements.txt for each Python
# version in BUNDLE_PYTHONS, which may differ from the version on this machine. Neither machine compiles anything.
set -eu
cd "$(dirname "$0")/.."

python=.venv/bin/python
arch=${BUNDLE_ARCH:-$(uname -m)}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' pyproject.toml)
name=target-table-portal-$version
work=dist/$name
archive=dist/$name.tar.gz

rm -rf "$work"
mkdir -p "$work/wheels"
if [ -e .git ] && git rev-parse --verify --quiet HEAD >/dev/null; then
    git archive HEAD | tar -x -C "$work"
    [ -z "$(git status --porcelain)" ] || echo "Note: the bundle holds the last commit; changes since then are not in it."
else
    tar -c --exclude='./.*' --exclude=./dist --exclude=./node_modules --exclude=./wheels --exclude=./instance --exclude='__pycache__' . | tar -x -C "$work"
    for hidden in .ci .editorconfig .gitignore; do
        [ ! -e "$hidden" ] || cp -R "$hidden" "$work/"
    done
fi

# The manylinux tags that glibc 2.35 (Debian 12, Ubuntu 22.04 and later) supports.
platforms=$("$python" -c 'import sys; print(*("--platform=manylinux_2_%d_%s" % (n, sys.argv[1]) for n in range(35, 4, -1)))' "$arch")
platforms="$platforms --platform=manylinux2014_$arch --platform=manylinux2010_$arch --platform=manylinux1_$arch"
for target in ${BUNDLE_PYTHONS:-3.11 3.12 3.13}; do
    echo "Fetching wheels for Python $target on $arch …"
    if [ -d wheels ]; then from='--no-index --find-links wheels'; else from=; fi
    # shellcheck disable=SC2086 -- both are lists of options
    "$python" -m pip download --quiet --disable-pip-version-check --no-input $from --no-deps --only-binary=:all: \
        --implementation=cp --python-version="$target" $platforms \
        --require-hashes --requirement requirements.txt --dest "$work/wheels"
done

tar -c -z -f "$archive" -C dist --owner=0 --group=0 --numeric-owner "$name"
rm -rf "$work"
echo "$archive: $(du -h "$archive" | cut -f1), to be unpacked on the server; there: sh install.sh"
