#!/bin/sh
# Builds the portal's image without a container engine or an image registry, and starts web and worker from it.
#
#     sh docker/bare/images.sh [build | try]
#
# The base is debootstrapped, the image is built by buildah, what it installs comes from wheels prepared outside, as
# in a network without internet. `try` runs web and worker from the image against the bare services of `make up`; where
# they do not run, they run for as long as it takes.
set -eu
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.."
WORK=$PWD/var/images
LOG=$PWD/var/log/images.log
IMAGE=localhost/osakadx-portal
say() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*"; }
stop() { printf '\n✗ %s\n  → %s\n' "$1" "$2" >&2; exit 1; }

[ "$(id -u)" = 0 ] || stop "イメージの作成には管理者権限が必要です。" "sudo make images を実行してください。"
mkdir -p "$WORK" var/log
missing=
for tool in buildah debootstrap docker-compose; do command -v $tool >/dev/null || missing="$missing $tool"; done
if [ -n "$missing" ]; then
    say "Debian パッケージを入れています:$missing"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >>"$LOG" 2>&1 ||
        stop "Debian パッケージを入れられませんでした。" "apt-get install$missing を手で試してください(詳しくは $LOG)。"
fi

composition() {
    say "docker/compose.yaml を確かめています"
    sh docker/env.sh data.example.lg.jp > "$WORK/compose.env"
    docker-compose --env-file "$WORK/compose.env" -f docker/compose.yaml config >>"$LOG" 2>&1 ||
        stop "docker/compose.yaml が読めません。" "詳しくは $LOG を見てください。"
}

build() {
    if ! buildah inspect localhost/osakadx-base >/dev/null 2>&1; then
        say "土台(Debian 12)を作っています"
        rm -rf "$WORK/base"
        debootstrap --variant=minbase --include=python3,python3-venv,libmagic1,libpq5,ca-certificates \
            bookworm "$WORK/base" >>"$LOG" 2>&1 || stop "土台を作れませんでした。" "詳しくは $LOG を見てください。"
        rm -rf "$WORK/base/var/cache/apt/archives" "$WORK/base/var/lib/apt/lists"
        base=$(buildah from scratch)
        buildah add -q "$base" "$WORK/base" / >>"$LOG"
        buildah commit -q --rm "$base" localhost/osakadx-base >>"$LOG" 2>&1
        rm -rf "$WORK/base"
    fi
    if [ "$(sha256sum < docker/requirements/portal.txt)" != "$(cat "$WORK/wheels/made-from" 2>/dev/null)" ]; then
        say "Python ライブラリーを集めています"
        rm -rf "$WORK/wheels"
        .venv/bin/pip wheel --disable-pip-version-check -q -w "$WORK/wheels" -r docker/requirements/portal.txt "setuptools>=77" >>"$LOG" 2>&1 ||
            stop "Python ライブラリーを集められませんでした。" "詳しくは $LOG を見てください。"
        sha256sum < docker/requirements/portal.txt > "$WORK/wheels/made-from"
    fi
    say "イメージ $IMAGE を作っています"
    buildah build -q --isolation chroot --network host --build-arg BASE=localhost/osakadx-base \
        --build-arg PIP_ARGS="--no-index --find-links /wheels" --volume "$WORK/wheels:/wheels:ro" \
        -f docker/Dockerfile -t "$IMAGE" . >>"$LOG" 2>&1 || stop "イメージを作れませんでした。" "詳しくは $LOG を見てください。"
    say "できました: $(buildah images --format '{{.Name}}:{{.Tag}} {{.Size}}' "$IMAGE" | head -n 1)"
}

services() {
    .venv/bin/python docker/bare/demo.py needed >>"$LOG" 2>&1 && return
    say "サービスを起動しています(make up)"
    trap 'make -s down >>"$LOG" 2>&1' EXIT
    make -s up >>"$LOG" 2>&1 || stop "サービスを起動できませんでした。" "make up を実行し、表示される説明に従ってください。"
}

try() {
    say "イメージから web と worker を起動しています"
    .venv/bin/python docker/bare/image_try.py "$IMAGE" >>"$LOG" 2>&1 ||
        stop "イメージの web か worker が動きませんでした。" "詳しくは $LOG を見てください。"
    say "イメージの web は応答し、worker は仕事を待っています"
}

case ${1:-all} in
    build) build ;;
    try) services; try ;;
    all) services; composition; build; try ;;
esac
