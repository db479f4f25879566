package io.linkspan.identity;

import io.linkspan.platform.crypto.Secret;
import java.net.URI;
import java.util.Optional;

/**
 * What the operator decided about who may call.
 *
 * @param publicUrl where people reach the server: https makes cookies secure
 * @param adminEmail the first administrator, kept at every start
 * @param adminPassword theirs; applied when it is new or differs from the one applied last
 * @param adminApiKey a bearer token with every scope, at least 32 characters
 */
public record IdentitySettings(
    URI publicUrl,
    Optional<String> adminEmail,
    Optional<Secret> adminPassword,
    Optional<Secret> adminApiKey) {}
