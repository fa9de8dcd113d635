#!/usr/bin/env bash
# Takes the cq command line through a running server. Needs `cq` on the PATH, and
#   CQ_ADDR=http://127.0.0.1:3000 CQ_API_KEY=cqa.v1.… ./cli.sh
set -euo pipefail

cq status
cq propose --summary 'Signatures cover the raw body' --detail 'A re-serialised body has other bytes.' \
  --action 'Verify over the raw body.' --domain examples --domain webhooks --language python
cq query --domain webhooks --language python
# a unit that is approved: its id is in what `cq query` printed
if [[ -n ${CQ_UNIT:-} ]]; then
  cq confirm "$CQ_UNIT"
  cq flag "$CQ_UNIT" --reason stale
fi
cq drain
