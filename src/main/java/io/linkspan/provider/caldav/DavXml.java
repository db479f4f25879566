package io.linkspan.provider.caldav;

import java.io.ByteArrayInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads XML that a stranger sent. A document type declaration is refused, so there are no entities
 * and nothing is fetched; depth, names and attributes have the JDK's limits (100, 1,000 and 200).
 * Calendar text with bytes or characters that XML does not allow is common and repaired.
 */
final class DavXml {
  static final String DAV = "DAV:";
  static final String CALDAV = "urn:ietf:params:xml:ns:caldav";
  static final String CALENDARSERVER = "http://calendarserver.org/ns/";
  static final String APPLE = "http://apple.com/ns/ical/";

  private static final Pattern DECLARED =
      Pattern.compile("^<\\?xml[^>]*?encoding\\s*=\\s*[\"']([A-Za-z0-9._-]{1,40})[\"']");
  private static final Pattern ILLEGAL_REFERENCE =
      Pattern.compile(
          "&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]));");

  private DavXml() {}

  /** The text is not XML that we read. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final String flaw;

    Malformed(String flaw) {
      super(flaw);
      this.flaw = flaw;
    }

    /** What is wrong with it, to follow a colon. */
    String flaw() {
      return flaw;
    }
  }

  /** What to do with the elements of a document. */
  interface Reading<T> {
    T from(XMLStreamReader xml) throws XMLStreamException, Malformed;
  }

  static <T> T read(byte[] body, Reading<T> reading) throws Malformed {
    var charset = charset(body);
    try {
      return read(new InputStreamReader(new ByteArrayInputStream(body), lenient(charset)), reading);
    } catch (XMLStreamException e) {
      // a reference to a control character cannot be repaired on the fly as the character itself is
      var text = new String(body, charset);
      var repaired = ILLEGAL_REFERENCE.matcher(text).replaceAll("\uFFFD");
      if (repaired.equals(text)) {
        throw new Malformed(sentence(e));
      }
      try {
        return read(new StringReader(repaired), reading);
      } catch (XMLStreamException again) {
        throw new Malformed(sentence(again));
      }
    }
  }

  private static <T> T read(Reader text, Reading<T> reading) throws XMLStreamException, Malformed {
    var factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    var xml = factory.createXMLStreamReader(new LegalCharacters(text));
    try {
      return reading.from(xml);
    } finally {
      xml.close();
    }
  }

  /** Moves on to the next event; the declaration of a document type ends the reading. */
  static int next(XMLStreamReader xml) throws XMLStreamException, Malformed {
    var event = xml.next();
    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
      throw new Malformed("it declares a document type, which is refused");
    }
    return event;
  }

  static boolean is(XMLStreamReader xml, String namespace, String name) {
    return name.equals(xml.getLocalName()) && namespace.equals(xml.getNamespaceURI());
  }

  private static CharsetDecoder lenient(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE);
  }

  private static Charset charset(byte[] body) {
    if (body.length >= 2) {
      var mark = (body[0] & 0xff) << 8 | body[1] & 0xff;
      if (mark == 0xfeff || mark == 0xfffe) {
        return StandardCharsets.UTF_16;
      }
    }
    var head =
        new String(Arrays.copyOf(body, Math.min(body.length, 200)), StandardCharsets.ISO_8859_1);
    var declared = DECLARED.matcher(head.strip());
    if (declared.find()) {
      try {
        var charset = Charset.forName(declared.group(1));
        // the declaration was readable byte by byte, whatever it says
        return charset.name().startsWith("UTF-16") || charset.name().startsWith("UTF-32")
            ? StandardCharsets.UTF_8
            : charset;
      } catch (IllegalArgumentException _) {
        return StandardCharsets.UTF_8;
      }
    }
    return StandardCharsets.UTF_8;
  }

  private static String sentence(XMLStreamException e) {
    var message = String.valueOf(e.getMessage());
    var start = message.indexOf("Message: ");
    var text = (start < 0 ? message : message.substring(start + 9)).strip();
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }

  /** Drops a byte order mark and space before the declaration, and replaces what XML forbids. */
  private static final class LegalCharacters extends FilterReader {
    private boolean begun;

    LegalCharacters(Reader in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      var one = new char[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      var count = in.read(buffer, offset, length);
      if (!begun && count > 0) {
        var skip = 0;
        while (skip < count
            && (buffer[offset + skip] <= ' ' || buffer[offset + skip] == '\uFEFF')) {
          skip++;
        }
        if (skip == count) {
          return read(buffer, offset, length);
        }
        begun = true;
        System.arraycopy(buffer, offset + skip, buffer, offset, count - skip);
        count -= skip;
      }
      for (var i = offset; i < offset + count; i++) {
        var c = buffer[i];
        if (c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= '\uFFFE') {
          buffer[i] = '\uFFFD';
        }
      }
      return count;
    }
  }

  /** {@code null} unless it is a text that says something. */
  static @Nullable String text(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }
}
