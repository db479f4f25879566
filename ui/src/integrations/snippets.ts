/** How a receiver checks a delivery, in five languages; each with nothing but what the language brings. */
export const snippets: Record<string, string> = {
  "Node.js": `import { createHmac, timingSafeEqual } from "node:crypto";

export function verify(secret, headers, body) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const age = Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"]));
  if (!(age < 300)) return false; // an old delivery, sent again by someone else
  const signed = \`\${headers["webhook-id"]}.\${headers["webhook-timestamp"]}.\${body}\`;
  const expected = createHmac("sha256", key).update(signed).digest();
  // while a secret rotates there are two signatures
  return headers["webhook-signature"].split(" ").some((each) => {
    const given = Buffer.from(each.replace(/^v1,/, ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}`,
  Python: `import base64, hashlib, hmac, time

def verify(secret: str, headers: dict, body: bytes) -> bool:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False  # an old delivery, sent again by someone else
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # while a secret rotates there are two signatures
    return any(
        hmac.compare_digest(each.removeprefix("v1,"), expected)
        for each in headers["webhook-signature"].split(" ")
    )`,
  Java: `static boolean verify(String secret, Map<String, String> headers, String body) throws GeneralSecurityException {
  byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
  long sent = Long.parseLong(headers.get("webhook-timestamp"));
  if (Math.abs(Instant.now().getEpochSecond() - sent) > 300) {
    return false; // an old delivery, sent again by someone else
  }
  var mac = Mac.getInstance("HmacSHA256");
  mac.init(new SecretKeySpec(key, "HmacSHA256"));
  byte[] expected = mac.doFinal((headers.get("webhook-id") + "." + sent + "." + body).getBytes(UTF_8));
  // while a secret rotates there are two signatures
  return Arrays.stream(headers.get("webhook-signature").split(" "))
      .anyMatch(each -> MessageDigest.isEqual(Base64.getDecoder().decode(each.replaceFirst("^v1,", "")), expected));
}`,
  Go: `func verify(secret string, header http.Header, body []byte) bool {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	sent, err := strconv.ParseInt(header.Get("webhook-timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(sent, 0)).Abs() > 5*time.Minute {
		return false // an old delivery, sent again by someone else
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.%s", header.Get("webhook-id"), sent, body)
	expected := mac.Sum(nil)
	// while a secret rotates there are two signatures
	for _, each := range strings.Fields(header.Get("webhook-signature")) {
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(each, "v1,"))
		if err == nil && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}`,
  PHP: `function verify(string $secret, array $headers, string $body): bool {
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    if (abs(time() - (int) $headers['webhook-timestamp']) > 300) {
        return false; // an old delivery, sent again by someone else
    }
    $signed = "{$headers['webhook-id']}.{$headers['webhook-timestamp']}.{$body}";
    $expected = base64_encode(hash_hmac('sha256', $signed, $key, true));
    // while a secret rotates there are two signatures
    foreach (explode(' ', $headers['webhook-signature']) as $each) {
        if (hash_equals($expected, preg_replace('/^v1,/', '', $each))) {
            return true;
        }
    }
    return false;
}`,
};
