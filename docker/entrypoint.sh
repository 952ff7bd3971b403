#!/bin/sh
# Writes the configuration from the environment and becomes one of the portal's processes:
# setup | web | worker | scheduler | ckan WORDS…
set -eu
STATE=${OSAKADX_STATE:-/var/lib/osakadx}
HERE=$(dirname "$0")
export OSAKADX_STORAGE_PATH="${OSAKADX_STORAGE_PATH:-$STATE/storage}"
export OSAKADX_WEBASSETS_PATH="${OSAKADX_WEBASSETS_PATH:-$STATE/webassets}"
export CKAN_INI="$STATE/ckan.ini"
mkdir -p "$OSAKADX_STORAGE_PATH" "$OSAKADX_WEBASSETS_PATH"
python3 "$HERE/configure.py" "$CKAN_INI"
case ${1:-web} in
    setup) exec ckan -c "$CKAN_INI" osakadx setup ;;
    web) exec gunicorn --config "$HERE/gunicorn.conf.py" --bind "0.0.0.0:${PORT:-5000}" --workers "${WEB_WORKERS:-2}" --threads 4 --timeout 120 \
        --graceful-timeout 20 --worker-tmp-dir /dev/shm --chdir "$HERE" wsgi:application ;;
    worker) exec ckan -c "$CKAN_INI" osakadx-queue worker --concurrency "${WORKER_CONCURRENCY:-2}" ;;
    scheduler) exec ckan -c "$CKAN_INI" osakadx-queue scheduler ;;
    ckan) shift; exec ckan -c "$CKAN_INI" "$@" ;;
    *) exec "$@" ;;
esac
