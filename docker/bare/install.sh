#!/bin/sh
# Makes a bare Debian 12 ready: Debian packages, the pinned virtual environment in .venv/, Solr's jars in var/solr/lib.
#
#     sh docker/bare/install.sh [portal | test]
#
# `test` adds what the tests need (Chromium, network namespaces, test libraries). Safe to run again: each step is
# skipped when what it depends on has not changed since it last ended well (stamps in var/stamps).
set -eu
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/../.."
WHAT=${1:-portal}
STAMPS=var/stamps
LOG=var/log/install.log
CHOSEN=${PYTHON:-}
PYTHON=${PYTHON:-python3}
PORTAL_PACKAGES="python3 python3-venv python3-dev build-essential libpq-dev postgresql redis-server openjdk-17-jre-headless maven libmagic1 ca-certificates openssl"
TEST_PACKAGES="chromium-headless-shell fonts-noto-cjk iproute2 mount util-linux"

say() { printf '  %s\n' "$*"; }
stop() { # what, how to mend
    printf '\n✗ %s\n  → %s\n' "$1" "$2" >&2
    exit 1
}

fresh() { # stamp name, files it depends on: true when nothing changed since
    name=$1; shift
    [ -f "$STAMPS/$name" ] && [ "$(cat "$@" 2>/dev/null | sha256sum)" = "$(cat "$STAMPS/$name")" ]
}

stamp() { name=$1; shift; cat "$@" | sha256sum > "$STAMPS/$name"; }

debian_packages() {
    wanted=$PORTAL_PACKAGES
    [ "$WANT_TESTS" = yes ] && wanted="$wanted $TEST_PACKAGES"
    missing=
    for package in $wanted; do
        case $package in # a tool that came another way serves as well
            python3) command -v "$PYTHON" >/dev/null 2>&1 && continue ;;
            python3-venv) "$PYTHON" -c 'import ensurepip, venv' >/dev/null 2>&1 && continue ;;
            openjdk-17-jre-headless) command -v java >/dev/null 2>&1 && continue ;;
            maven) command -v mvn >/dev/null 2>&1 && continue ;;
            redis-server) command -v redis-server >/dev/null 2>&1 && continue ;;
            python3-dev) "$PYTHON" -c "import sysconfig, os, sys; sys.exit(not os.path.exists(sysconfig.get_paths()[\"include\"] + \"/Python.h\"))" >/dev/null 2>&1 && continue ;;
            build-essential) command -v cc >/dev/null 2>&1 && command -v make >/dev/null 2>&1 && continue ;;
            postgresql) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && continue ;;
        esac
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    command -v apt-get >/dev/null 2>&1 || stop "Debian 12 ではないため、必要なソフトを入れられません。" "次に当たるものを入れてから、もう一度実行してください:$missing"
    line="apt-get update && apt-get install -y --no-install-recommends$missing"
    if [ "$(id -u)" = 0 ]; then sudo=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo=sudo
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then sudo=sudo
    else stop "必要な Debian パッケージがありません。" "管理者に次の1行を頼んでから、もう一度実行してください: $line"
    fi
    say "Debian パッケージを入れています:$missing"
    # Debian starts PostgreSQL and Redis on their usual ports when installed; ours run on ports of their own.
    { $sudo apt-get update && $sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends $missing; } >>"$LOG" 2>&1 ||
        stop "Debian パッケージを入れられませんでした。" "ネットワークと空き容量を確かめてください(詳しくは $LOG)。手で入れるなら: $line"
}

right_python() {
    command -v "$PYTHON" >/dev/null 2>&1 || stop "指定された PYTHON=$PYTHON は、この機械にありません。" "PYTHON を付けずに実行するか、PYTHON=/usr/bin/python3.11 のように、入っている Python を指定してください。"
    "$PYTHON" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' ||
        stop "Python 3.10〜3.13 が必要ですが、$PYTHON は $("$PYTHON" -V 2>&1) です。" "PYTHON=/usr/bin/python3.11 make demo のように、使う Python を指定してください。"
}

virtual_environment() {
    if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
        say "Python の仮想環境を .venv/ に作っています"
        rm -rf .venv "$STAMPS/portal" "$STAMPS/test" "$STAMPS/ours"
        "$PYTHON" -m venv .venv >>"$LOG" 2>&1 || stop "仮想環境を作れませんでした。" "空き容量と python3-venv を確かめてください(詳しくは $LOG)。"
    fi
    libraries portal docker/requirements/portal.txt
    [ "$WANT_TESTS" = yes ] && libraries test docker/requirements/test.txt
    if ! fresh ours setup.py pyproject.toml; then
        say "このプロジェクトを .venv/ に登録しています"
        .venv/bin/pip install --disable-pip-version-check -q --no-deps -e . >>"$LOG" 2>&1 ||
            stop "このプロジェクトを登録できませんでした。" "詳しくは $LOG を見てください。"
        stamp ours setup.py pyproject.toml
    fi
}

libraries() { # stamp, file
    fresh "$1" "$2" && return
    say "Python ライブラリーを入れています($2、初回は1〜2分)"
    .venv/bin/pip install --disable-pip-version-check -q -r "$2" >>"$LOG" 2>&1 ||
        stop "Python ライブラリーを入れられませんでした。" "ネットワークと空き容量を確かめて、もう一度実行してください(詳しくは $LOG)。"
    stamp "$1" "$2"
}

solr_jars() {
    fresh solr docker/bare/solr/pom.xml && return
    command -v java >/dev/null 2>&1 || stop "Java が見つかりません。" "apt-get install openjdk-17-jre-headless で入れるか、java のあるフォルダーを PATH に足してください。"
    say "検索エンジン Solr を用意しています"
    rm -rf var/solr/lib.part
    mvn -q -B -f docker/bare/solr/pom.xml dependency:copy-dependencies -DincludeScope=runtime \
        -DoutputDirectory="$PWD/var/solr/lib.part" >>"$LOG" 2>&1 ||
        stop "Solr の部品を取得できませんでした。" "ネットワークを確かめて、もう一度実行してください(詳しくは $LOG)。"
    rm -rf var/solr/lib
    mv var/solr/lib.part var/solr/lib
    stamp solr docker/bare/solr/pom.xml
}

case $WHAT in portal) WANT_TESTS=no ;; test) WANT_TESTS=yes ;; *) stop "「$WHAT」は知りません。" "portal か test を指定してください。" ;; esac
mkdir -p "$STAMPS" var/log var/solr || stop "var/ に書けません。" "このフォルダーに書ける利用者で実行してください。"
free_kb=$(df -Pk . | awk 'NR == 2 { print $4 }')
[ -d .venv ] || [ "$free_kb" -gt 3000000 ] || stop "空き容量が $((free_kb / 1024)) MB しかありません。" "3 GB 以上空けてから、もう一度実行してください。"
[ "$free_kb" -gt 200000 ] || stop "空き容量が $((free_kb / 1024)) MB しかありません。" "200 MB 以上空けてから、もう一度実行してください。"
[ -z "$CHOSEN" ] || right_python # before anything is installed; without a choice the package of Debian comes first
debian_packages
right_python
virtual_environment
solr_jars
