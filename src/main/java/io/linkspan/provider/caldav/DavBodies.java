package io.linkspan.provider.caldav;

import java.util.Collection;

/** The requests' bodies. */
final class DavBodies {
  private static final String HEAD = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

  /** Everything that discovery asks of any address (RFC 4791, 5397, 6578 and Apple's colour). */
  static final String DISCOVERY =
      HEAD
          + """
          <propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"><prop>
          <resourcetype/><displayname/><current-user-principal/><current-user-privilege-set/><owner/>
          <C:calendar-home-set/><C:calendar-user-address-set/>
          <C:supported-calendar-component-set/><C:calendar-timezone/><A:calendar-color/>
          </prop></propfind>
          """;

  /** What a calendar that cannot say what changed has instead (caldav-ctag-03). */
  static final String CTAG =
      HEAD
          + """
          <propfind xmlns="DAV:" xmlns:S="http://calendarserver.org/ns/"><prop><resourcetype/><S:getctag/></prop></propfind>
          """;

  /** How the collection itself names its state (RFC 6578, section 4; caldav-ctag-03). */
  static final String STATE =
      HEAD
          + """
          <propfind xmlns="DAV:" xmlns:S="http://calendarserver.org/ns/"><prop><resourcetype/><sync-token/><S:getctag/></prop></propfind>
          """;

  /** Some servers tell the zone only of the calendar itself, not in a list of calendars. */
  static final String TIME_ZONE =
      HEAD
          + """
          <propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-timezone/></prop></propfind>
          """;

  static final String ETAGS =
      HEAD
          + """
          <propfind xmlns="DAV:"><prop><resourcetype/><getetag/></prop></propfind>
          """;

  static final String QUERY_ETAGS =
      HEAD
          + """
          <C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>
          """;

  private DavBodies() {}

  /**
   * @param token empty for everything
   */
  static String syncCollection(String token) {
    return HEAD
        + "<sync-collection xmlns=\"DAV:\"><sync-token>"
        + escape(token)
        + "</sync-token><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>";
  }

  static String multiget(Collection<String> hrefs) {
    var body = new StringBuilder(HEAD);
    body.append("<C:calendar-multiget xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\">");
    body.append("<prop><getetag/><C:calendar-data/></prop>");
    for (var href : hrefs) {
      body.append("<href>").append(escape(href)).append("</href>");
    }
    return body.append("</C:calendar-multiget>").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
