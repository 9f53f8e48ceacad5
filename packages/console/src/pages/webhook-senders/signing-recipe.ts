/** Where a sender sends its decisions. */
export function decisionAddress(origin: string, sender: string): string {
  return `${origin}/api/v1/webhook-senders/${sender}/decisions`;
}

/** Commands that sign and send a decision, to try a sender out (P-09). The user guide has the same. */
export function signingRecipe(address: string, secret: string): string {
  return `secret='${secret}'
address='${address}'
body='{"plan":"Monthly","decision":"approve","reference":"CHG0012345","by":"grace","comment":"agreed"}'
id=$(openssl rand -hex 16)
at=$(date +%s)
key=$(printf %s "\${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
signature=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
curl "$address" -H 'content-type: application/json' -H "webhook-id: $id" -H "webhook-timestamp: $at" \\
  -H "webhook-signature: v1,$signature" --data-binary "$body"`;
}
