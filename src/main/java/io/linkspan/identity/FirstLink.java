package io.linkspan.identity;

import java.net.URI;

/**
 * A one-time link that the server prints when it starts.
 *
 * @param purpose in words, before a colon
 */
public record FirstLink(String purpose, URI address) {}
