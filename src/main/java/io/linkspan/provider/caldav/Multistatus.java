package io.linkspan.provider.caldav;

import static javax.xml.stream.XMLStreamConstants.CDATA;
import static javax.xml.stream.XMLStreamConstants.CHARACTERS;
import static javax.xml.stream.XMLStreamConstants.END_ELEMENT;
import static javax.xml.stream.XMLStreamConstants.SPACE;
import static javax.xml.stream.XMLStreamConstants.START_ELEMENT;

import io.linkspan.provider.caldav.DavXml.Malformed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The body of a 207 (RFC 4918 section 13) as it came; nothing in it is believed yet.
 *
 * @param syncToken where the report ended (RFC 6578)
 */
record Multistatus(List<Member> members, @Nullable String syncToken) {
  /** More answers than any calendar has; a list without end must not fill the memory. */
  private static final int MAX_MEMBERS = 500_000;

  /**
   * One {@code response}.
   *
   * @param href as written, not checked
   * @param status of the member as a whole; 0 if only its properties have one
   * @param properties those that were found (a {@code propstat} of 2xx), by name
   * @param denied names of those that the server does not show to this account (401 or 403)
   */
  record Member(String href, int status, Map<String, Property> properties, Set<String> denied) {
    boolean denies(String namespace, String name) {
      return denied.contains(namespace + name);
    }

    @Nullable Property property(String namespace, String name) {
      return properties.get(namespace + name);
    }

    /** The text of a property; null if it is not there or blank. */
    @Nullable String text(String namespace, String name) {
      var property = property(namespace, name);
      return property == null ? null : DavXml.text(property.text());
    }
  }

  /**
   * A property's value.
   *
   * @param text directly inside it
   * @param hrefs of the {@code DAV:href} elements inside it
   * @param elements names of the elements inside it, namespace first
   * @param names {@code name} attributes of the elements inside it
   */
  record Property(String text, List<String> hrefs, Set<String> elements, Set<String> names) {
    boolean has(String namespace, String name) {
      return elements.contains(namespace + name);
    }
  }

  static Multistatus parse(byte[] body) throws Malformed {
    return DavXml.read(body, Multistatus::document);
  }

  private static Multistatus document(XMLStreamReader xml) throws XMLStreamException, Malformed {
    while (DavXml.next(xml) != START_ELEMENT) {
      continue;
    }
    if (!DavXml.is(xml, DavXml.DAV, "multistatus")) {
      throw new Malformed("it is not a multistatus but <" + xml.getLocalName() + ">");
    }
    var members = new ArrayList<Member>();
    String syncToken = null;
    for (var event = DavXml.next(xml); event != END_ELEMENT; event = DavXml.next(xml)) {
      if (event != START_ELEMENT) {
        continue;
      }
      if (DavXml.is(xml, DavXml.DAV, "response")) {
        if (members.size() == MAX_MEMBERS) {
          throw new Malformed("it lists more than " + MAX_MEMBERS + " members");
        }
        member(xml, members);
      } else if (DavXml.is(xml, DavXml.DAV, "sync-token")) {
        syncToken = DavXml.text(property(xml).text());
      } else {
        property(xml);
      }
    }
    return new Multistatus(List.copyOf(members), syncToken);
  }

  /** RFC 4918 lets one {@code response} with a status name several members. */
  private static void member(XMLStreamReader xml, List<Member> members)
      throws XMLStreamException, Malformed {
    var hrefs = new ArrayList<String>(1);
    var status = 0;
    var properties = new HashMap<String, Property>();
    var denied = new HashSet<String>();
    for (var event = DavXml.next(xml); event != END_ELEMENT; event = DavXml.next(xml)) {
      if (event != START_ELEMENT) {
        continue;
      }
      if (DavXml.is(xml, DavXml.DAV, "href")) {
        hrefs.add(property(xml).text().strip());
      } else if (DavXml.is(xml, DavXml.DAV, "status")) {
        status = status(property(xml).text());
      } else if (DavXml.is(xml, DavXml.DAV, "propstat")) {
        propstat(xml, properties, denied);
      } else {
        property(xml);
      }
    }
    for (var href : hrefs) {
      members.add(new Member(href, status, properties, denied));
    }
  }

  private static void propstat(
      XMLStreamReader xml, Map<String, Property> properties, Set<String> denied)
      throws XMLStreamException, Malformed {
    var found = new HashMap<String, Property>();
    var status = 200;
    for (var event = DavXml.next(xml); event != END_ELEMENT; event = DavXml.next(xml)) {
      if (event != START_ELEMENT) {
        continue;
      }
      if (DavXml.is(xml, DavXml.DAV, "prop")) {
        for (var inner = DavXml.next(xml); inner != END_ELEMENT; inner = DavXml.next(xml)) {
          if (inner == START_ELEMENT) {
            var name = xml.getNamespaceURI() + xml.getLocalName();
            found.put(name, property(xml));
          }
        }
      } else if (DavXml.is(xml, DavXml.DAV, "status")) {
        status = status(property(xml).text());
      } else {
        property(xml);
      }
    }
    if (status / 100 == 2) {
      properties.putAll(found);
    } else if (status == 401 || status == 403) {
      denied.addAll(found.keySet());
    }
  }

  /** Reads the element that has just begun, to its end. */
  private static Property property(XMLStreamReader xml) throws XMLStreamException, Malformed {
    var text = new StringBuilder();
    List<String> hrefs = List.of();
    Set<String> elements = Set.of();
    Set<String> names = Set.of();
    StringBuilder href = null;
    var depth = 0;
    while (depth >= 0) {
      switch (DavXml.next(xml)) {
        case START_ELEMENT -> {
          depth++;
          if (elements.isEmpty()) {
            elements = new HashSet<>();
            names = new HashSet<>();
            hrefs = new ArrayList<>();
          }
          elements.add(xml.getNamespaceURI() + xml.getLocalName());
          var name = xml.getAttributeValue(null, "name");
          if (name != null) {
            names.add(name);
          }
          href = DavXml.is(xml, DavXml.DAV, "href") ? new StringBuilder() : null;
        }
        case END_ELEMENT -> {
          depth--;
          if (href != null) {
            hrefs.add(href.toString().strip());
            href = null;
          }
        }
        case CHARACTERS, CDATA, SPACE -> {
          var target = href != null ? href : text;
          if (depth == 0 || href != null) {
            target.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
          }
        }
        default -> {}
      }
    }
    return new Property(text.toString(), hrefs, elements, names);
  }

  /** From {@code HTTP/1.1 404 Not Found}; 0 if it is no status line. */
  private static int status(String line) {
    var parts = line.strip().split("\\s+", 3);
    if (parts.length < 2 || !parts[1].matches("[1-5][0-9]{2}")) {
      return 0;
    }
    return Integer.parseInt(parts[1]);
  }

  /**
   * The conditions named in an error's body (RFC 4918 section 16), namespace first; none if it is
   * not XML.
   */
  static Set<String> conditions(byte[] body) {
    try {
      return DavXml.read(
          body,
          xml -> {
            while (DavXml.next(xml) != START_ELEMENT) {
              continue;
            }
            return DavXml.is(xml, DavXml.DAV, "error") ? property(xml).elements() : Set.of();
          });
    } catch (Malformed _) {
      return Set.of();
    }
  }
}
