/** CalDAV servers, Apple's included. */
@NullMarked
package io.linkspan.provider.caldav;

import org.jspecify.annotations.NullMarked;
