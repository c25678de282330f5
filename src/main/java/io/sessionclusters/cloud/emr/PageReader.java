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
package io.sessionclusters.cloud.emr;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.http.MalformedResponseException;
import io.sessionclusters.cloud.http.VendorError;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a response with HTTP 200 from the stream, tolerantly: unknown fields are passed
 * over, names may begin with an upper-case letter.
 *
 * <p>A page without sessions may end in the removal of mirrors, so a body counts as one only if it
 * has a list or at least one other field that a page has, and says nothing of an error. Whether the
 * list was there is kept, and a field on which a removal rests and that comes twice is an error: no
 * one knows which of the two is meant.
 */
final class PageReader {

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(64)
          .maxStringLength(2 * 1024 * 1024)
          .maxNumberLength(400)
          .maxNameLength(1024)
          .build();

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(CONSTRAINTS)
          // Requests run on short-lived virtual threads: buffers kept by a thread are never reused.
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          // Field names of a hostile response must not end in the JVM's own table of strings.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  /** What gateways of this vendor write into a code that means success. */
  private static final Set<String> SUCCESS = Set.of("", "200", "0", "ok", "success", "1000000");

  /** No server takes a longer URL, and what is sent is held several times over. */
  private static final int MAX_NEXT_TOKEN = 16 * 1024;

  private final JsonParser parser;
  private final MemoryBudget.Share memory;
  private final long maxSessions;
  private final FieldReader fields;
  private final Set<String> decisive = new HashSet<>();
  private @Nullable List<CloudSession> sessions;
  private int withoutId;
  private String nextToken = "";
  private @Nullable Long totalCount;
  private String requestId = "";
  private boolean pageField;
  private boolean errorField;
  private String code = "";
  private String message = "";
  private boolean failed;

  private PageReader(JsonParser parser, MemoryBudget.Share memory, long maxSessions) {
    this.parser = parser;
    this.memory = memory;
    this.maxSessions = maxSessions;
    this.fields = new FieldReader(parser);
  }

  /**
   * Reads to the end of the stream.
   *
   * @param memory counts what the page takes
   * @param maxSessions of one page
   * @return a page, perhaps with an error in its place
   * @throws MalformedResponseException if the body is neither
   * @throws IOException if the stream fails
   */
  static Page read(InputStream body, MemoryBudget.Share memory, long maxSessions)
      throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new MalformedResponseException(Kind.NOT_JSON, "it is empty");
      }
      if (first != JsonToken.START_OBJECT) {
        throw new MalformedResponseException(Kind.WRONG_TYPES, "it is not a JSON object");
      }
      Page page = new PageReader(parser, memory, maxSessions).read();
      if (parser.nextToken() != null) {
        throw notJson();
      }
      memory.endPage();
      return page;
    } catch (StreamConstraintsException _) {
      // Of Jackson's exceptions only the type is used: their messages quote the response.
      throw new MalformedResponseException(
          Kind.BODY_TOO_LARGE, "it is nested deeper, or holds a longer text");
    } catch (JsonEOFException _) {
      throw new MalformedResponseException(Kind.TRUNCATED_BODY, "in the midst of JSON");
    } catch (JsonProcessingException | CharConversionException _) {
      throw notJson();
    }
  }

  private static MalformedResponseException notJson() {
    return new MalformedResponseException(Kind.NOT_JSON, "");
  }

  private Page read() throws IOException {
    for (String f = parser.nextFieldName(); f != null; f = parser.nextFieldName()) {
      switch (f) {
        case "sessionClusters", "SessionClusters" -> {
          once("sessionClusters");
          sessions();
        }
        case "nextToken", "NextToken" -> {
          once("nextToken");
          String token = fields.text("nextToken");
          nextToken = fields.kept(orEmpty(token));
          if (nextToken.length() > MAX_NEXT_TOKEN) {
            throw new MalformedResponseException(
                Kind.BODY_TOO_LARGE, "its page token is longer than a URL may be");
          }
          pageField |= token != null;
        }
        case "totalCount", "TotalCount" -> {
          once("totalCount");
          totalCount = totalCount();
          pageField |= totalCount != null;
        }
        case "maxResults" -> pageField |= fields.text(f) != null;
        case "requestId" -> {
          requestId = orEmpty(fields.text(f));
          pageField |= !requestId.isBlank();
        }
        case "RequestId" -> requestId = orEmpty(fields.text(f));
        case "HostId", "hostId", "Recommend", "recommend" -> {
          errorField = true;
          fields.skip();
        }
        case "code", "Code" -> code = worse(code, fields.text(f));
        case "message", "Message" -> message = worse(message, fields.text(f));
        case "success", "Success" -> failed |= Boolean.FALSE.equals(fields.bool(f));
        default -> fields.skip();
      }
      fields.countIn(memory);
    }
    boolean saysError = failed || !isSuccess(code);
    boolean looksLikeError = saysError || errorField || !isSuccess(message);
    boolean showsNothing = sessions == null || (sessions.isEmpty() && withoutId == 0);
    boolean isError = showsNothing ? looksLikeError : saysError;
    if (sessions == null && !pageField && !isError) {
      throw new MalformedResponseException(Kind.WRONG_TYPES, "it has none of the fields of a page");
    }
    return new Page(
        sessions == null ? List.of() : sessions,
        withoutId,
        sessions != null,
        nextToken,
        totalCount,
        isError ? new VendorError(isSuccess(code) ? "" : code, message, requestId) : null,
        requestId);
  }

  private void once(String field) throws MalformedResponseException {
    if (!decisive.add(field)) {
      throw FieldReader.duplicate(field);
    }
  }

  private void sessions() throws IOException {
    JsonToken start = parser.nextToken();
    if (start == JsonToken.VALUE_NULL) {
      return;
    }
    if (start != JsonToken.START_ARRAY) {
      throw FieldReader.wrongType("sessionClusters", "a list");
    }
    var reader = new RecordReader<>(CloudSession.class, fields, "");
    var list = new ArrayList<CloudSession>();
    sessions = list;
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t != JsonToken.START_OBJECT && t != JsonToken.VALUE_NULL) {
        throw FieldReader.wrongType("sessionClusters", "a list of objects");
      }
      fields.startSession();
      CloudSession session = t == JsonToken.START_OBJECT ? reader.read() : null;
      if (session == null) {
        withoutId++;
        fields.restoreHeld(0);
      } else {
        list.add(session);
      }
      fields.countIn(memory);
      if (list.size() > maxSessions) {
        throw new MalformedResponseException(Kind.BODY_TOO_LARGE, "it holds too many sessions");
      }
    }
  }

  /** A count that cannot be read must not pass for an absent one: it guards removals. */
  private @Nullable Long totalCount() throws IOException {
    String text = fields.text("totalCount");
    if (text == null || text.isBlank()) {
      return null;
    }
    Long count = FieldReader.wholeNumber(text);
    if (count == null) {
      throw FieldReader.wrongType("totalCount", "a whole number");
    }
    return count;
  }

  private static boolean isSuccess(String codeOrMessage) {
    return SUCCESS.contains(codeOrMessage.toLowerCase(Locale.ROOT));
  }

  /** Of a code or message under two names, or given twice, the one that says an error. */
  private static String worse(String known, @Nullable String next) {
    return isSuccess(known) ? orEmpty(next).strip() : known;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
