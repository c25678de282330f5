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
package io.sessionclusters.fakecloud;

import io.sessionclusters.fakecloud.RawRequest.Header;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests from one connection, strictly (RFC 9112): CRLF line ends, one Host, no folded
 * headers, bodies by Content-Length only. A client that is sloppy shall be found out here and not
 * by the real gateway.
 */
final class RequestReader {

  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_BODY = 1024 * 1024;
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern TARGET = Pattern.compile("[!-~&&[^#\"<>\\\\^`{|}]]+");
  private static final Pattern ABSOLUTE = Pattern.compile("http://([^/?]+)([/?].*)?");

  private final InputStream in;

  RequestReader(InputStream in) {
    this.in = in;
  }

  /**
   * Blocks for the next request.
   *
   * @return null when the client closed the connection between two requests
   */
  @Nullable RawRequest read() throws IOException, MalformedRequestException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    String[] start = line(first).split(" ", -1);
    if (start.length != 3 || !TOKEN.matcher(start[0]).matches()) {
      throw new MalformedRequestException(400, "not a request line");
    }
    if (!start[2].equals("HTTP/1.1")) {
      throw new MalformedRequestException(505, "not HTTP/1.1");
    }
    List<Header> headers = headers();
    String target = originForm(start[1], headers);
    Body body = body(headers);
    int mark = target.indexOf('?');
    return mark < 0
        ? new RawRequest(start[0], target, null, headers, body)
        : new RawRequest(
            start[0], target.substring(0, mark), target.substring(mark + 1), headers, body);
  }

  private List<Header> headers() throws IOException, MalformedRequestException {
    var headers = new ArrayList<Header>();
    for (String line = line(in.read()); !line.isEmpty(); line = line(in.read())) {
      int colon = line.indexOf(':');
      if (colon < 0 || !TOKEN.matcher(line.substring(0, colon)).matches()) {
        throw new MalformedRequestException(400, "not a header line");
      }
      if (headers.size() == MAX_HEADERS) {
        throw new MalformedRequestException(431, "too many headers");
      }
      headers.add(
          new Header(
              line.substring(0, colon).toLowerCase(Locale.ROOT),
              line.substring(colon + 1).strip()));
    }
    if (headers.stream().filter(header -> header.name().equals("host")).count() != 1) {
      throw new MalformedRequestException(400, "not exactly one Host");
    }
    return headers;
  }

  /** A proxy is asked with the whole URL; so that the fake can stand in for one, that is fine. */
  private static String originForm(String target, List<Header> headers)
      throws MalformedRequestException {
    if (!TARGET.matcher(target).matches()) {
      throw new MalformedRequestException(400, "target holds what must be encoded");
    }
    if (target.startsWith("/")) {
      return target;
    }
    var absolute = ABSOLUTE.matcher(target);
    if (!absolute.matches() || !headers.contains(new Header("host", absolute.group(1)))) {
      throw new MalformedRequestException(400, "neither a path nor the URL of the Host");
    }
    String rest = absolute.group(2);
    if (rest == null) {
      return "/";
    }
    return rest.startsWith("?") ? "/" + rest : rest;
  }

  private Body body(List<Header> headers) throws IOException, MalformedRequestException {
    var lengths = headers.stream().filter(header -> header.name().equals("content-length"));
    List<String> values = lengths.map(Header::value).toList();
    if (headers.stream().anyMatch(header -> header.name().equals("transfer-encoding"))) {
      throw new MalformedRequestException(411, "Transfer-Encoding of a request");
    }
    if (values.isEmpty()) {
      return Body.NONE;
    }
    if (values.size() > 1 || !values.getFirst().matches("[0-9]{1,9}")) {
      throw new MalformedRequestException(400, "Content-Length");
    }
    int length = Integer.parseInt(values.getFirst());
    if (length > MAX_BODY) {
      throw new MalformedRequestException(413, "body too large");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("in the body");
    }
    return Body.of(bytes);
  }

  private String line(int first) throws IOException, MalformedRequestException {
    var line = new ByteArrayOutputStream(128);
    for (int b = first; b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("in the head");
      }
      if ((b < ' ' && b != '\t') || b == 0x7f) {
        throw new MalformedRequestException(400, "control character in the head");
      }
      if (line.size() == MAX_LINE) {
        throw new MalformedRequestException(431, "line too long");
      }
      line.write(b);
    }
    if (in.read() != '\n') {
      throw new MalformedRequestException(400, "CR without LF");
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
