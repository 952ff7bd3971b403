#!/bin/sh
# Pins portal.txt and test.txt anew from portal.in, test.in and CKAN's own pins, in throw-away environments.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q -r ckan.txt -r portal.in
{ echo "# The portal's whole pinned environment: CKAN 2.12.0's own pins (ckan.txt) and what portal.in adds. Made by \`make lock\`."
  "$work/venv/bin/pip" freeze | LC_ALL=C sort -f | tee "$work/portal"; } > portal.txt
"$work/venv/bin/pip" install -q -r test.in -c "$work/portal"
{ echo "# What tests and checks add to portal.txt. Made by \`make lock\`."
  "$work/venv/bin/pip" freeze | LC_ALL=C sort -f | grep -vxFf "$work/portal"; } > test.txt
