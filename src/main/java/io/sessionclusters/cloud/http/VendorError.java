/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sessionclusters.cloud.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * The vendor's error as it came, with any HTTP status: as JSON with keys in upper or lower case, or
 * as XML. Of anything else, HTML or nothing, an error without code is made; of a body that is cut,
 * what came before the cut.
 *
 * @param code empty if there was none
 * @param message may hold secrets and ids
 * @param requestId empty if there was none
 */
public record VendorError(String code, String message, String requestId) {

  /** Nothing that the vendor said could be read. */
  static final VendorError UNREADABLE = new VendorError("", "", "");

  private static final Set<String> FIELDS = Set.of("code", "message", "requestid");

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS).build();

  private static final XMLInputFactory XML = hardened();

  /**
   * Reads the body of a response whose HTTP status is not 200.
   *
   * @param maxBytes that are read of it
   * @throws IOException if the stream fails
   */
  static VendorError read(InputStream in, int maxBytes) throws IOException {
    byte[] body = in.readNBytes(maxBytes);
    var fields = new HashMap<String, String>();
    switch (firstCharacter(body)) {
      case '{' -> readJson(body, fields);
      case '<' -> readXml(body, fields);
      default -> {
        // neither of the vendor's forms
      }
    }
    return new VendorError(
        fields.getOrDefault("code", "").strip(),
        fields.getOrDefault("message", ""),
        fields.getOrDefault("requestid", "").strip());
  }

  /**
   * The first byte that is neither white space nor of a byte-order mark; a space if there is none.
   */
  private static char firstCharacter(byte[] body) {
    for (byte b : body) {
      if (b > ' ') {
        return (char) b;
      }
    }
    return ' ';
  }

  /** HostId, Recommend and others say nothing that is of use here. */
  private static boolean isField(String name) {
    return FIELDS.contains(name.toLowerCase(Locale.ROOT));
  }

  private static void put(Map<String, String> fields, String name, String value) {
    fields.put(name.toLowerCase(Locale.ROOT), value);
  }

  private static void readJson(byte[] body, Map<String, String> fields) {
    try (JsonParser parser = JSON.createParser(body)) {
      parser.nextToken();
      for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        if (value == null) {
          return;
        }
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL && isField(f)) {
          put(fields, f, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
    } catch (JsonProcessingException | CharConversionException _) {
      // Cut, or no JSON, or no text: what came before it counts.
    } catch (IOException e) {
      throw new UncheckedIOException("an array of bytes cannot fail", e);
    }
  }

  private static void readXml(byte[] body, Map<String, String> fields) {
    try {
      // Given bytes that are no text, Java's parser writes to the standard error stream.
      var text = new StringReader(new String(body, StandardCharsets.UTF_8));
      XMLStreamReader reader = XML.createXMLStreamReader(text);
      try {
        readXml(reader, fields);
      } finally {
        reader.close();
      }
    } catch (XMLStreamException | MissingResourceException _) {
      // Cut, or HTML: what came before it counts. Java's parser lacks the words for some faults.
    }
  }

  /** Takes the children of the root element; a page of HTML has none of their names. */
  private static void readXml(XMLStreamReader reader, Map<String, String> fields)
      throws XMLStreamException {
    int depth = 0;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (depth == 1 && isField(reader.getLocalName())) {
            put(fields, reader.getLocalName(), reader.getElementText());
          } else {
            depth++;
          }
        }
        case XMLStreamConstants.END_ELEMENT -> depth--;
        default -> {
          // text between elements, comments, a document type that is not looked into
        }
      }
    }
  }

  private static XMLInputFactory hardened() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setXMLResolver(
        (_, _, _, _) -> {
          throw new XMLStreamException("external entities are not read");
        });
    return factory;
  }

  @Override
  public String toString() {
    return "VendorError[" + code + "]";
  }
}
