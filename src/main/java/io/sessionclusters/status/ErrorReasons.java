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
    return switch (kind.category()) {
      case AUTHENTICATION -> Reason.AUTHENTICATION_FAILED;
      case PERMISSION -> Reason.PERMISSION_DENIED;
      case THROTTLING -> Reason.THROTTLED;
      case UNAVAILABLE -> Reason.CLOUD_UNAVAILABLE;
      case REJECTION -> Reason.REQUEST_REJECTED;
      case INCONSISTENCY -> Reason.LISTING_INCONSISTENT;
    };
  }
}
