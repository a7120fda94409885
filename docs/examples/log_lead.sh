#!/bin/sh
# 登记一条线索，再盲查一个企业。Log a lead, then ask blindly whether a company is held.
#   TONGZHAO=http://127.0.0.1:8000 KEY=tz_… sh docs/examples/log_lead.sh
set -eu
api="${TONGZHAO:-http://127.0.0.1:8000}/api/v1"

# 每次登记用一个新的编号；断网后用同一编号重试，得到同一回执。
curl -sS --fail-with-body "$api/leads" \
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -H "Idempotency-Key: ${REQUEST:-$(date +%s)-$$}" \
  -d '{"name": "岷江青禾包装有限公司", "source": "expo"}'
echo

curl -sS --fail-with-body "$api/first-talk-rights:check" \
  -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"identity": "岷江青禾包装有限公司", "division": "22"}'
echo
