import type { SignatureKind } from "./types";

/** How a receiver checks a delivery by the shared secret; with nothing but what each language brings. */
const hmac: Record<string, string> = {
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
      .filter(each -> each.startsWith("v1,"))
      .anyMatch(each -> MessageDigest.isEqual(Base64.getDecoder().decode(each.substring(3)), expected));
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

/** The same by the public key; Python alone needs a package for it. */
const ed25519: Record<string, string> = {
  "Node.js": `import { createPublicKey, verify as check } from "node:crypto";

export function verify(publicKey, headers, body) {
  const x = Buffer.from(publicKey.replace("whpk_", ""), "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const age = Math.abs(Date.now() / 1000 - Number(headers["webhook-timestamp"]));
  if (!(age < 300)) return false; // an old delivery, sent again by someone else
  const signed = Buffer.from(\`\${headers["webhook-id"]}.\${headers["webhook-timestamp"]}.\${body}\`);
  // while a key rotates there are two signatures
  return headers["webhook-signature"]
    .split(" ")
    .some((each) => each.startsWith("v1a,") && check(null, signed, key, Buffer.from(each.slice(4), "base64")));
}`,
  Python: `import base64, time
from cryptography.exceptions import InvalidSignature  # pip install cryptography
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

def verify(public_key: str, headers: dict, body: bytes) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix("whpk_")))
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False  # an old delivery, sent again by someone else
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    # while a key rotates there are two signatures
    for each in headers["webhook-signature"].split(" "):
        if each.startswith("v1a,"):
            try:
                key.verify(base64.b64decode(each[4:]), signed)
                return True
            except InvalidSignature:
                pass
    return False`,
  Java: `static boolean verify(String publicKey, Map<String, String> headers, String body) throws GeneralSecurityException {
  byte[] head = HexFormat.of().parseHex("302a300506032b6570032100"); // RFC 8410
  byte[] raw = Base64.getDecoder().decode(publicKey.replaceFirst("^whpk_", ""));
  byte[] encoded = ByteBuffer.allocate(head.length + raw.length).put(head).put(raw).array();
  PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
  long sent = Long.parseLong(headers.get("webhook-timestamp"));
  if (Math.abs(Instant.now().getEpochSecond() - sent) > 300) {
    return false; // an old delivery, sent again by someone else
  }
  byte[] signed = (headers.get("webhook-id") + "." + sent + "." + body).getBytes(UTF_8);
  // while a key rotates there are two signatures
  for (String each : headers.get("webhook-signature").split(" ")) {
    var check = Signature.getInstance("Ed25519");
    check.initVerify(key);
    check.update(signed);
    try {
      if (each.startsWith("v1a,") && check.verify(Base64.getDecoder().decode(each.substring(4)))) {
        return true;
      }
    } catch (SignatureException notOne) {
      continue;
    }
  }
  return false;
}`,
  Go: `func verify(publicKey string, header http.Header, body []byte) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(publicKey, "whpk_"))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	sent, err := strconv.ParseInt(header.Get("webhook-timestamp"), 10, 64)
	if err != nil || time.Since(time.Unix(sent, 0)).Abs() > 5*time.Minute {
		return false // an old delivery, sent again by someone else
	}
	signed := fmt.Appendf(nil, "%s.%d.%s", header.Get("webhook-id"), sent, body)
	// while a key rotates there are two signatures
	for _, each := range strings.Fields(header.Get("webhook-signature")) {
		given, found := strings.CutPrefix(each, "v1a,")
		signature, err := base64.StdEncoding.DecodeString(given)
		if found && err == nil && ed25519.Verify(key, signed, signature) {
			return true
		}
	}
	return false
}`,
  PHP: `function verify(string $publicKey, array $headers, string $body): bool {
    $key = base64_decode(preg_replace('/^whpk_/', '', $publicKey));
    if (abs(time() - (int) $headers['webhook-timestamp']) > 300) {
        return false; // an old delivery, sent again by someone else
    }
    $signed = "{$headers['webhook-id']}.{$headers['webhook-timestamp']}.{$body}";
    // while a key rotates there are two signatures
    foreach (explode(' ', $headers['webhook-signature']) as $each) {
        $given = str_starts_with($each, 'v1a,') ? base64_decode(substr($each, 4)) : '';
        if (strlen($given) === SODIUM_CRYPTO_SIGN_BYTES && sodium_crypto_sign_verify_detached($given, $signed, $key)) {
            return true;
        }
    }
    return false;
}`,
};

/** How a receiver checks a delivery, by kind of signature and language. */
export const snippets: Record<SignatureKind, Record<string, string>> = { v1: hmac, v1a: ed25519 };
