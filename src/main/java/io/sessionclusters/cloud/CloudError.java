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
package io.sessionclusters.cloud;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Why a listing, or the search for its key, failed, classified: nothing outside of {@code
 * cloud.http} decides by HTTP codes or by the vendor's error codes.
 *
 * @param kind the class of the failure, decides what happens next
 * @param code the vendor's error code, cut to 128 characters; empty if there was none
 * @param httpStatus 0 if no response came
 * @param message one line for users, at most 512 characters, the same for the same fault: free of
 *     secrets, signature echoes, request ids, host ids and times
 * @param requestId for the vendor's support, to be logged only; empty if none came
 * @param retryAfter how long the server asked to wait; null if it did not
 */
public record CloudError(
    Kind kind,
    String code,
    int httpStatus,
    String message,
    String requestId,
    @Nullable Duration retryAfter) {

  /** Characters of a message. */
  public static final int MAX_MESSAGE = 512;

  /** The class of the HTTP status, such as {@code 4xx}: few values, whatever a server invents. */
  public String statusClass() {
    return httpStatus >= 100 && httpStatus < 600 ? httpStatus / 100 + "xx" : "none";
  }

  /** Whether the API itself said no: with a code, not with a success or a redirect. */
  public boolean isRefusal() {
    return httpStatus >= 400 && !code.isEmpty();
  }

  /** Whether another access key may have success where this one had none. */
  public boolean isOfTheKey() {
    return kind == Kind.EXPIRED_SECURITY_TOKEN || kind == Kind.INVALID_CREDENTIALS;
  }

  /** A failure that the sentence of its kind says all of. */
  public static CloudError of(Kind kind) {
    return of(kind, kind.message() + ".");
  }

  /** A failure with that sentence, without a response. */
  public static CloudError of(Kind kind, String message) {
    return new CloudError(kind, "", 0, message, "", null);
  }

  /** A log line with all of it but its message. */
  public LoggingEventBuilder addTo(LoggingEventBuilder line) {
    return line.addKeyValue("kind", kind)
        .addKeyValue("code", code)
        .addKeyValue("status", httpStatus)
        .addKeyValue("requestId", requestId);
  }

  /** The same failure, after a sentence on what it made impossible. */
  public CloudError after(String context) {
    return new CloudError(
        kind,
        code,
        httpStatus,
        TextSanitizer.start(context + message, MAX_MESSAGE),
        requestId,
        retryAfter);
  }

  /**
   * The classes of failure, each with the sentence that says what happened and what to do. Which
   * codes and statuses belong to one is known where they are read, in {@code cloud.http}.
   */
  public enum Kind {
    /** The access key is unknown or inactive, or the signature does not match its secret. */
    INVALID_CREDENTIALS(
        Category.AUTHENTICATION,
        "The API rejected the access key: check its ID, its secret and, if it is temporary, its"
            + " security token"),
    /** The temporary key's security token has expired. */
    EXPIRED_SECURITY_TOKEN(
        Category.AUTHENTICATION, "The security token has expired: renew the temporary access key"),
    /** This machine's clock is more than 15 minutes off the API's. */
    CLOCK_SKEW(
        Category.AUTHENTICATION,
        "The clock of the operator's node is more than 15 minutes off: correct it"),
    /** The nonce was seen before; a retry with a new one passes. */
    NONCE_USED(Category.UNAVAILABLE, "The API rejected the nonce as already used"),
    /** The key may not list this workspace. */
    PERMISSION_DENIED(
        Category.PERMISSION,
        "The access key may not list this workspace: grant it"
            + " emr-serverless-spark:ListSessionClusters"),
    /** The role that shall be assumed does not exist, or does not trust who assumes it. */
    ROLE_DENIED(
        Category.PERMISSION,
        "Cannot assume the role: check that it exists, that its trust policy allows this caller"
            + " and external ID, and that the caller has sts:AssumeRole"),
    /** The token of the operator's service account is not accepted in exchange for a key. */
    OIDC_TOKEN_REFUSED(
        Category.AUTHENTICATION,
        "The token of the operator's service account was rejected: check the identity provider and"
            + " the token's audience"),
    /** A service beside the machine that gives out keys, such as its metadata service, fails. */
    KEY_SERVICE_FAILED(Category.UNAVAILABLE, "Failed to obtain temporary credentials"),
    /** Too many requests; carries {@link CloudError#retryAfter()} where the server gave one. */
    THROTTLED(Category.THROTTLING, "The API is throttling this account"),
    /** The service failed: HTTP 5xx, {@code InternalError}, {@code ServiceUnavailable}. */
    SERVICE_FAILED(Category.UNAVAILABLE, "The API returned a server error"),
    /**
     * The request is wrong: {@code InvalidParameter*}, {@code MissingParameter.*} and the like;
     * also a redirect, which is never followed.
     */
    REQUEST_REJECTED(Category.REJECTION, "The API rejected the request"),
    /** An error response without a code; seen for a missing or unauthorised workspace. */
    EMPTY_CODE(
        Category.REJECTION,
        "The API returned an error without a code: check that the workspace exists and that the"
            + " access key may list it"),
    /** An error response with a code that is not known. */
    UNKNOWN_CODE(Category.REJECTION, "The API returned an unknown error"),
    /** The host name has no address. */
    UNKNOWN_HOST(Category.UNAVAILABLE, "Cannot resolve host"),
    /**
     * No connection: refused, unreachable, not made within the connect timeout, or a proxy that
     * opens no tunnel.
     */
    CONNECT_FAILED(Category.UNAVAILABLE, "Cannot connect to the API"),
    /** The TLS handshake failed or the certificate is not trusted. */
    TLS_FAILED(
        Category.UNAVAILABLE,
        "The TLS handshake failed: the certificate must be valid for the host and issued by an"
            + " authority that the operator trusts"),
    /**
     * The connection broke while the request or the response was under way, or what came was no
     * HTTP.
     */
    CONNECTION_LOST(
        Category.UNAVAILABLE, "The connection was lost before the response was complete"),
    /** No response within the response timeout. */
    RESPONSE_TIMEOUT(Category.UNAVAILABLE, "Timed out waiting for a response"),
    /** The whole listing took longer than its timeout. */
    DEADLINE_EXCEEDED(Category.UNAVAILABLE, "Listing exceeded spec.timeout"),
    /** The body ended before its end. */
    TRUNCATED_BODY(Category.UNAVAILABLE, "The response was truncated"),
    /** The body, or all bodies of one listing, or one text of it, is larger than the bound. */
    BODY_TOO_LARGE(Category.UNAVAILABLE, "The response is larger than the operator accepts"),
    /**
     * All listings of the process together hold as much memory as they may: the API is not to
     * blame, and a later listing passes.
     */
    MEMORY_SHORT(
        Category.UNAVAILABLE,
        "Concurrent listings use all memory available to them; retrying later. If this persists,"
            + " raise the container's memory limit"),
    /** HTTP 200 with a body that is not JSON. */
    NOT_JSON(
        Category.UNAVAILABLE,
        "The response is not JSON: check the endpoint, and that no proxy responds instead"),
    /** JSON whose fields have types that cannot be read. */
    WRONG_TYPES(Category.UNAVAILABLE, "The response cannot be read"),
    /** A page token came twice: the walk would never end. */
    REPEATED_TOKEN(
        Category.INCONSISTENCY,
        "The API returned the same page token twice, so that the listing never ends"),
    /** More pages, or more sessions, than the bound. */
    TOO_MANY_PAGES(
        Category.INCONSISTENCY, "The listing has more pages or sessions than the operator accepts");

    private final Category category;
    private final String message;

    Kind(Category category, String message) {
      this.category = category;
      this.message = message;
    }

    /** What follows from the failure. */
    public Category category() {
      return category;
    }

    /** What happened and what to do, without a full stop. */
    public String message() {
      return message;
    }
  }

  /** What follows from a failure: the reason that a source shows, and when it is polled again. */
  public enum Category {
    /** Who asks is not known. */
    AUTHENTICATION,
    /** Who asks may not. */
    PERMISSION,
    /** Too many ask. */
    THROTTLING,
    /** No response that can be used: another query would get none either. */
    UNAVAILABLE,
    /** The API refuses to do what it is asked for. */
    REJECTION,
    /** Pages came, but they make no listing. */
    INCONSISTENCY;

    /** Whether only the vendor's own words can say what is wrong. */
    public boolean quotesVendorMessage() {
      return this == PERMISSION || this == REJECTION;
    }
  }
}
