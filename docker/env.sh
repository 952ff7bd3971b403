#!/bin/sh
# Prints .env.example filled in for a domain, every secret a new random text (letters and digits only):
#
#     (umask 077; set -C; sh docker/env.sh data.example.lg.jp > docker/.env)
# `set -C` keeps a docker/.env that is there: other secrets would lock the portal out of its own database.
set -eu
[ $# = 1 ] || { echo "使い方: sh docker/env.sh ドメイン名 > docker/.env" >&2; exit 2; }
secret() { head -c 4096 /dev/urandom | LC_ALL=C tr -dc A-Za-z0-9 | head -c 43; }
while IFS= read -r line; do
    case $line in
        OSAKADX_DOMAIN=*) echo "OSAKADX_DOMAIN=$1" ;;
        CKAN_SMTP_*) echo "$line" ;;
        [A-Z]*=) echo "$line$(secret)" ;;
        *) echo "$line" ;;
    esac
done < "$(dirname "$0")/.env.example"
