#!/bin/sh
# Prints the path of a Chromium that starts: $CHROMIUM if it is set, otherwise a browser on the PATH, otherwise
# Debian's package, which the script installs if that needs no password. Chromium without a user interface comes first:
# opening a page costs it a quarter of the time.
set -eu

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

starts() { # Ubuntu's stub for its snap is on the PATH but does not start
    "$1" --version 2>/dev/null | grep -Eqi 'chrom'
}

find_browser() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        path=$(command -v "$name") && starts "$path" && return 0
    done
    path=
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

install() { # prints the end of the log only on failure
    echo "Installing $* …" >&2
    log=$(mktemp)
    if as_root apt-get update >"$log" 2>&1 &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1
    then
        rm -f "$log"
    else
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

if [ -n "${CHROMIUM:-}" ]; then
    path=$(command -v "$CHROMIUM") && starts "$path" || fail \
        "CHROMIUM=$CHROMIUM is not a Chromium that starts." \
        "CHROMIUM=$CHROMIUM 不是可以启动的 Chromium 浏览器。"
    echo "$path"
    exit
fi

if ! find_browser; then
    if grep -q '^ID=ubuntu' /etc/os-release 2>/dev/null; then
        fail "The tests need a Chromium, and Ubuntu's package is only a stub for a snap: run 'snap install chromium', or install Google Chrome's .deb, or set CHROMIUM=/path/to/chromium." \
            "测试需要 Chromium 浏览器，而 Ubuntu 的软件包只是 snap 的占位：请执行 snap install chromium，或安装 Google Chrome 的 .deb，或设置 CHROMIUM=浏览器路径。"
    fi
    may_install && { install chromium-headless-shell fonts-noto-cjk || install chromium fonts-noto-cjk; } &&
        find_browser || fail \
        "The tests need a Chromium: as root, run 'apt-get install chromium fonts-noto-cjk', or set CHROMIUM=/path/to/chromium." \
        "测试需要 Chromium 浏览器：请以 root 身份执行 apt-get install chromium fonts-noto-cjk，或设置 CHROMIUM=浏览器路径。"
fi

# Without a Chinese font pages show boxes of other widths than the characters.
if command -v fc-list >/dev/null && [ -z "$(fc-list :lang=zh-cn family)" ]; then
    may_install && install fonts-noto-cjk ||
        printf '%s\n' "Warning: no Chinese font is installed (Debian: fonts-noto-cjk)." "警告：未安装中文字体（Debian 软件包 fonts-noto-cjk）。" >&2
fi
echo "$path"
