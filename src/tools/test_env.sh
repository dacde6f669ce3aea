#!/usr/bin/env bash
# Makes .venv (boto3, AWS CLI, pytest …) and tests/contract/js/node_modules as pinned. Quick when nothing changed:
# a stamp holds the checksums of what it was made from.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.venv
stamp() { cat "$@" | sha256sum | cut -d' ' -f1; }

python_stamp=$(stamp tests/requirements.txt)
if [[ $(cat $venv/.requirements 2>/dev/null) != "$python_stamp" ]]; then
  echo "Python test environment in $venv: installing tests/requirements.txt …"
  [[ -x $venv/bin/python ]] || python3 -m venv $venv
  $venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt </dev/null
  echo "$python_stamp" >$venv/.requirements
fi

node_major() { node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'; }
export PATH="$PWD/$venv/bin:$PATH"
if [[ $(node_major || echo 0) -lt 20 ]] || ! command -v npm >/dev/null; then
  echo "Node 20 or newer is not installed: putting one into $venv …"
  $venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements-node.txt </dev/null
fi

js=tests/contract/js
if [[ -f $js/package-lock.json ]]; then
  node_stamp=$(stamp $js/package.json $js/package-lock.json)
  if [[ $(cat $js/node_modules/.stamp 2>/dev/null) != "$node_stamp" ]]; then
    echo "JavaScript SDK: npm ci in $js …"
    npm ci --prefix $js --no-audit --no-fund --no-update-notifier --loglevel=error </dev/null
    echo "$node_stamp" >$js/node_modules/.stamp
  fi
fi
