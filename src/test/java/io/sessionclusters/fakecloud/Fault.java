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

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sessionclusters.fakecloud.ListSessionClusters.Page;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One thing that goes wrong with a request: another answer, a falsified page, or trouble on the
 * wire. Faults are combined by {@link #and}: {@code
 * Fault.error("Throttling.User").withRetryAfter(ofSeconds(2)).and(Fault.delay(ofMillis(50)))}.
 *
 * <p>A request whose signature is bad is told so whatever the fault says (trouble on the wire still
 * happens): a client that signs badly shall not hide behind it. {@link Faults} says when a fault
 * happens.
 */
public final class Fault {

  /** Answers in place of the API. */
  interface Answer {
    RawResponse to(Exchange exchange) throws ApiErrorException;
  }

  /** What an answer may need to know of its request. */
  record Exchange(RawRequest request, ApiCall call, String requestId) {}

  /** No fault at all. */
  static final Fault NONE = new Fault("", null, page -> {}, null, Map.of(), Delivery.PLAIN);

  private static final String JSON = "application/json;charset=utf-8";

  private final String name;
  private final @Nullable Answer answer;
  private final Consumer<Page> edit;
  private final @Nullable Integer status;
  private final Map<String, String> headers;
  private final Delivery delivery;

  private Fault(
      String name,
      @Nullable Answer answer,
      Consumer<Page> edit,
      @Nullable Integer status,
      Map<String, String> headers,
      Delivery delivery) {
    this.name = name;
    this.answer = answer;
    this.edit = edit;
    this.status = status;
    this.headers = headers;
    this.delivery = delivery;
  }

  private static Fault answering(String name, Answer answer) {
    return new Fault(name, answer, page -> {}, null, Map.of(), Delivery.PLAIN);
  }

  private static Fault editing(String name, Consumer<Page> edit) {
    return new Fault(name, null, edit, null, Map.of(), Delivery.PLAIN);
  }

  private static Fault delivering(String name, Delivery delivery) {
    return new Fault(name, null, page -> {}, null, Map.of(), delivery);
  }

  // Another answer.

  /**
   * An error of the API's description, as JSON, with its HTTP status.
   *
   * @param code {@code Throttling.User}, {@code Forbidden.RAM}, ...; empty for the empty code
   * @throws IllegalArgumentException if the description has no such error
   */
  public static Fault error(String code) {
    return error(code, ErrorFormat.JSON);
  }

  /** The same in another shape. */
  public static Fault error(String code, ErrorFormat format) {
    return error(ApiError.named(code), format);
  }

  /** An error of any code and status, as JSON. */
  public static Fault error(String code, int status, String message) {
    return error(new ApiError(code, status, message), ErrorFormat.JSON);
  }

  private static Fault error(ApiError error, ErrorFormat format) {
    return answering(
        "error " + error.code(),
        exchange -> {
          throw new ApiErrorException(echoed(error, exchange), format);
        });
  }

  /** The real gateway echoes what it signed; so does this one, though the signature was right. */
  private static ApiError echoed(ApiError error, Exchange exchange) {
    Authorization authorization = Authorization.of(exchange.request());
    if (!error.code().equals("SignatureDoesNotMatch") || authorization == null) {
      return error;
    }
    var signed =
        Acs3.of(exchange.request(), exchange.call().query(), authorization.signedHeaders());
    return ApiError.signatureDoesNotMatch(signed);
  }

  /** Any answer. */
  public static Fault answer(int status, String contentType, String body) {
    return answering(
        "answer " + status, exchange -> RawResponse.of(status, contentType, Body.of(body)));
  }

  /** Status 200 and JSON by its headers, but not by its body. */
  public static Fault notJson() {
    return answer(200, JSON, "<html>please log in</html>").named("not JSON");
  }

  /** Status 200 and the beginning of a page, complete as far as HTTP can tell. */
  public static Fault truncatedJson() {
    String body = "{\"requestId\":\"1\",\"totalCount\":2,\"sessionClusters\":[{\"sessionClu";
    return answer(200, JSON, body).named("truncated JSON");
  }

  /** Status 200 and <code>{}</code>. */
  public static Fault emptyObject() {
    return answer(200, JSON, "{}").named("empty object");
  }

  /** Status 200 and not a single byte. */
  public static Fault emptyBody() {
    return answer(200, JSON, "").named("empty body");
  }

  /**
   * A valid page of that many bytes, made while it is sent.
   *
   * @param bytes at least 1,000
   */
  public static Fault hugeBody(long bytes) {
    return answering("huge body", exchange -> RawResponse.of(200, JSON, Body.hugePage(bytes)));
  }

  /**
   * The huge body, compressed, whether the client accepts that or not.
   *
   * @param bytes after decompression
   */
  public static Fault gzipBomb(long bytes) {
    return answering("gzip bomb", exchange -> RawResponse.of(200, JSON, Body.gzipBomb(bytes)))
        .withHeader("Content-Encoding", "gzip");
  }

  /** Sends the client elsewhere; whatever it then asks of this cloud is recorded. */
  public static Fault redirectTo(URI location) {
    return answer(302, "text/html", "<html>moved</html>")
        .named("redirect")
        .withHeader("Location", location.toString());
  }

  // A falsified page.

  /** Any change to the page's JSON. */
  public static Fault editedPage(String name, Consumer<ObjectNode> edit) {
    return editing(name, page -> edit.accept(page.body()));
  }

  /** A change to the page that depends on the walk; the ready-made ones are in {@link BadPages}. */
  static Fault badPage(String name, Consumer<Page> edit) {
    return editing(name, edit);
  }

  // Trouble on the wire.

  /** Waits before the first byte. */
  public static Fault delay(Duration wait) {
    return delivering("delay", Delivery.PLAIN.withWaitBeforeHeaders(wait));
  }

  /** Waits in the middle of the body. */
  public static Fault stallInBody(Duration wait) {
    return delivering("stall in body", Delivery.PLAIN.withWaitInBody(wait));
  }

  /** Sends the body byte by byte, waiting before each. */
  public static Fault drip(Duration perByte) {
    return delivering("drip", Delivery.PLAIN.withWaitPerByte(perByte));
  }

  /** The connection ends before a single byte of the answer. */
  public static Fault cutBeforeAnswer() {
    return delivering("cut before answer", Delivery.PLAIN.withCut(Delivery.Cut.BEFORE_ANSWER));
  }

  /** The connection ends after the headers. */
  public static Fault cutAfterHeaders() {
    return delivering("cut after headers", Delivery.PLAIN.withCut(Delivery.Cut.AFTER_HEADERS));
  }

  /** The connection ends in the middle of the body. */
  public static Fault cutInBody() {
    return delivering("cut in body", Delivery.PLAIN.withCut(Delivery.Cut.IN_BODY));
  }

  /** The body in chunks, and no Content-Length: no fault, but another way to be right. */
  public static Fault chunked() {
    return delivering("chunked", Delivery.PLAIN.withChunks());
  }

  // Combinations.

  /** Both at once; where both decide the same thing, the other's decision counts. */
  public Fault and(Fault other) {
    var both = new LinkedHashMap<>(headers);
    both.putAll(other.headers);
    return new Fault(
        String.join(" + ", Stream.of(name, other.name).filter(n -> !n.isEmpty()).toList()),
        other.answer == null ? answer : other.answer,
        edit.andThen(other.edit),
        other.status == null ? status : other.status,
        both,
        delivery.and(other.delivery));
  }

  /** The answer, whatever it is, under this status: an error with 200, a page with 500. */
  public Fault withStatus(int code) {
    return new Fault(name, answer, edit, code, headers, delivery);
  }

  /** One more header on the answer, whatever it is. */
  public Fault withHeader(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Fault(name, answer, edit, status, more, delivery);
  }

  /** {@code Retry-After} in whole seconds. */
  public Fault withRetryAfter(Duration wait) {
    return withHeader("Retry-After", Long.toString(wait.toSeconds()));
  }

  /** {@code x-ratelimit-user-api} with the time left in milliseconds. */
  public Fault withRateLimit(Duration timeLeft) {
    String value = "Limit:1,Remain:0,TimeLeft:%d,Reset:1234".formatted(timeLeft.toMillis());
    return withHeader("x-ratelimit-user-api", value);
  }

  /** Where the connection is cut, it is reset (RST) instead of closed (FIN). */
  public Fault byReset() {
    return new Fault(name, answer, edit, status, headers, delivery.withReset());
  }

  private Fault named(String other) {
    return new Fault(other, answer, edit, status, headers, delivery);
  }

  String name() {
    return name;
  }

  @Nullable Answer answer() {
    return answer;
  }

  void edit(Page page) {
    edit.accept(page);
  }

  RawResponse dress(RawResponse response) {
    return (status == null ? response : response.withStatus(status)).withHeaders(headers);
  }

  Delivery delivery() {
    return delivery;
  }

  @Override
  public String toString() {
    return name;
  }
}
