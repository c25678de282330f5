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
package io.sessionclusters.status;

import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudError.Kind;

/**
 * What follows from each way in which the API can fail. The reason says the rest: the conditions,
 * and when the next poll is. All keep the mirrors, and cause one event when they begin and one when
 * they are over.
 */
public final class ErrorReasons {

  private ErrorReasons() {}

  /** The outcome of a listing that failed. */
  public static PollOutcome outcome(CloudError error) {
    return PollOutcome.failed(reason(error.kind()), error.message()).retryAfter(error.retryAfter());
  }

  static Reason reason(Kind kind) {
    return switch (kind) {
      case INVALID_CREDENTIALS, EXPIRED_SECURITY_TOKEN, CLOCK_SKEW, OIDC_TOKEN_REFUSED ->
          Reason.AUTHENTICATION_FAILED;
      case NONCE_USED,
          KEY_SERVICE_FAILED,
          SERVICE_FAILED,
          UNKNOWN_HOST,
          CONNECT_FAILED,
          TLS_FAILED,
          CONNECTION_LOST,
          RESPONSE_TIMEOUT,
          DEADLINE_EXCEEDED,
          TRUNCATED_BODY,
          BODY_TOO_LARGE,
          MEMORY_SHORT,
          NOT_JSON,
          WRONG_TYPES ->
          Reason.CLOUD_UNAVAILABLE;
      case PERMISSION_DENIED, ROLE_DENIED -> Reason.PERMISSION_DENIED;
      case THROTTLED -> Reason.THROTTLED;
      case REQUEST_REJECTED, EMPTY_CODE, UNKNOWN_CODE -> Reason.REQUEST_REJECTED;
      case REPEATED_TOKEN, TOO_MANY_PAGES -> Reason.LISTING_INCONSISTENT;
    };
  }
}
