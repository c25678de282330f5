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

import io.sessionclusters.cloud.http.ErrorTextSanitizer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a listing, or the search for its key, failed, classified: nothing outside this package looks
 * at HTTP codes or at the vendor's error codes.
 *
 * @param kind the class of the failure, decides what happens next
 * @param code the vendor's error code, cut to 128 characters; empty if there was none
 * @param httpStatus 0 if no response came
 * @param message one line for a person, at most 512 characters, the same for the same fault: free
 *     of secrets, signature echoes, request ids, host ids and times
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

  private static final int MAX_MESSAGE = 512;

  /** The same failure, told after what it made impossible. */
  public CloudError after(String context) {
    return new CloudError(
        kind,
        code,
        httpStatus,
        ErrorTextSanitizer.cut(context + message, MAX_MESSAGE),
        requestId,
        retryAfter);
  }

  /** The classes of failure; one row each of the fault table. */
  public enum Kind {
    /** The access key is unknown or inactive, or the signature does not match its secret. */
    INVALID_CREDENTIALS,
    /** The temporary key's security token has expired. */
    EXPIRED_SECURITY_TOKEN,
    /** This machine's clock is more than 15 minutes off the cloud's. */
    CLOCK_SKEW,
    /** The nonce was seen before; a retry with a new one passes. */
    NONCE_USED,
    /** The key may not list this workspace. */
    PERMISSION_DENIED,
    /** The role that shall be assumed does not exist, or does not trust who assumes it. */
    ROLE_DENIED,
    /** The token of the operator's service account is not accepted in exchange for a key. */
    OIDC_TOKEN_REFUSED,
    /** A service beside the machine that gives out keys, such as its metadata service, fails. */
    KEY_SERVICE_FAILED,
    /** Too many requests; carries {@link CloudError#retryAfter()} where the server gave one. */
    THROTTLED,
    /** The service failed: HTTP 5xx, {@code InternalError}, {@code ServiceUnavailable}. */
    SERVICE_FAILED,
    /**
     * The request is wrong: {@code InvalidParameter*}, {@code MissingParameter.*} and the like;
     * also a redirect, which is never followed.
     */
    REQUEST_REJECTED,
    /** An error response without a code; seen for a missing or unauthorised workspace. */
    EMPTY_CODE,
    /** An error response with a code that is not known. */
    UNKNOWN_CODE,
    /** The host name has no address. */
    UNKNOWN_HOST,
    /**
     * No connection: refused, unreachable, no answer within the connect time-out, or a proxy that
     * opens no tunnel.
     */
    CONNECT_FAILED,
    /** The TLS handshake failed or the certificate is not trusted. */
    TLS_FAILED,
    /**
     * The connection broke while the request or the response was under way, or what came was no
     * HTTP.
     */
    CONNECTION_LOST,
    /** No answer within the response time-out. */
    RESPONSE_TIMEOUT,
    /** The whole listing took longer than its time-out. */
    DEADLINE_EXCEEDED,
    /** The body ended before its end. */
    TRUNCATED_BODY,
    /** The body, or all bodies of one listing, or one text of it, is larger than the bound. */
    BODY_TOO_LARGE,
    /**
     * All listings of the process together hold as much memory as they may: the cloud is not to
     * blame, and a later listing passes.
     */
    MEMORY_SHORT,
    /** HTTP 200 with a body that is not JSON. */
    NOT_JSON,
    /** JSON whose fields have types that cannot be read. */
    WRONG_TYPES,
    /** A page token came twice: the walk would never end. */
    REPEATED_TOKEN,
    /** More pages, or more sessions, than the bound. */
    TOO_MANY_PAGES
  }
}
