#!/bin/sh
# Creates .venv and installs requirements.txt, every file checked against its hash. Where a folder wheels/ is
# found (the archive of `make bundle` has one), no network is used.
set -eu
cd "$(dirname "$0")"

python=${PYTHON:-python3}
venv=.venv

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || fail \
    "Python 3.11 or later is needed; name it with PYTHON=/path/to/python3." \
    "需要 Python 3.11 或更高版本，可用 PYTHON=/path/to/python3 指定。"
"$python" -c 'import ensurepip, venv' 2>/dev/null || fail \
    "Python's venv module is missing: as root, run 'apt-get install python3-venv'." \
    "缺少 Python 的 venv 模块：请以 root 身份执行 apt-get install python3-venv。"

# An environment that was left half made, or whose Python has gone or was upgraded, is made anew.
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ ! -f "$venv/.created" ] || [ "$(cat "$venv/.created")" != "$version" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1
then
    echo "Creating $venv (Python $version) …"
    "$python" -m venv --clear "$venv"
    echo "$version" >"$venv/.created"
fi

set -- --require-hashes --requirement requirements.txt
if [ -d wheels ]; then
    echo "Installing from wheels/ …"
    set -- --no-index --find-links wheels --only-binary=:all: "$@"
else
    echo "Installing requirements.txt …"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input "$@" || fail \
    "The packages could not be installed; pip's own words stand above." \
    "软件包安装失败，原因见上方 pip 的输出。"
touch "$venv/.runtime"
