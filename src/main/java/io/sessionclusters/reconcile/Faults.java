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
package io.sessionclusters.reconcile;

import io.sessionclusters.cloud.CloudError;

/** The fault table: which reason a failure of the cloud has. One row a kind. */
final class Faults {

  private Faults() {}

  /** The report of a listing that failed. */
  static Report report(CloudError error) {
    return Report.failed(reason(error.kind()), error.message()).retryAfter(error.retryAfter());
  }

  static Reason reason(CloudError.Kind kind) {
    return switch (kind) {
      case INVALID_CREDENTIALS, EXPIRED_SECURITY_TOKEN, CLOCK_SKEW -> Reason.AUTHENTICATION_FAILED;
      case PERMISSION_DENIED -> Reason.PERMISSION_DENIED;
      // An empty code was seen for a missing or unauthorised workspace; an unknown one is most
      // likely a new way to say that the request is wrong.
      case REQUEST_REJECTED, EMPTY_CODE, UNKNOWN_CODE -> Reason.REQUEST_REJECTED;
      case THROTTLED -> Reason.THROTTLED;
      case NONCE_USED,
          SERVICE_FAILED,
          UNKNOWN_HOST,
          CONNECT_FAILED,
          TLS_FAILED,
          CONNECTION_LOST,
          RESPONSE_TIMEOUT,
          DEADLINE_EXCEEDED,
          TRUNCATED_BODY,
          BODY_TOO_LARGE,
          NOT_JSON,
          WRONG_TYPES ->
          Reason.CLOUD_UNAVAILABLE;
      case REPEATED_TOKEN, TOO_MANY_PAGES -> Reason.LISTING_INCONSISTENT;
    };
  }
}
