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

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why a source is in its condition: the closed set of reasons of the condition Ready, each with
 * what it means for the other conditions and for the next poll.
 */
public enum Reason {
  /** The first listing, or that of a new generation, is under way. Nothing to do. */
  PROGRESSING("Progressing", "Unknown", Retry.NOW),

  /** The last listing was complete and every mirror is written. */
  SUCCEEDED("Succeeded", "True", Retry.AT_INTERVAL),

  /** The API does not accept the access key: fix the Secret that the source names. */
  AUTHENTICATION_FAILED("AuthenticationFailed", "False", Retry.AT_INTERVAL),

  /** The access key may not list this workspace: grant it, or name another workspace. */
  PERMISSION_DENIED("PermissionDenied", "False", Retry.AT_INTERVAL),

  /** There is no access key: create the Secret, or let the namespace use the operator's own. */
  CREDENTIALS_NOT_FOUND("CredentialsNotFound", "False", Retry.AT_INTERVAL),

  /** The API says that the request is wrong: check region, workspace and filter. */
  REQUEST_REJECTED("RequestRejected", "False", Retry.AT_INTERVAL),

  /** Too many requests; the operator waits as long as the API asks. Nothing to do. */
  THROTTLED("Throttled", "False", Retry.BACK_OFF),

  /** The API cannot be reached or fails; the mirrors stay as they are. Passes by itself. */
  CLOUD_UNAVAILABLE("CloudUnavailable", "False", Retry.BACK_OFF),

  /** The pages of a listing do not fit together: nothing is deleted until they do. */
  LISTING_INCONSISTENT("ListingInconsistent", "False", Retry.BACK_OFF),

  /** Kubernetes refuses a write (RBAC, admission, quota): the message says which. */
  WRITE_DENIED("WriteDenied", "False", Retry.BACK_OFF_WITHIN_INTERVAL),

  /** Kubernetes failed to take a write; it is tried again. */
  WRITE_FAILED("WriteFailed", "False", Retry.BACK_OFF_WITHIN_INTERVAL),

  /** The installed CRD drops fields that this operator writes: upgrade the CRDs. */
  CRD_OUTDATED("CRDOutdated", "False", Retry.BACK_OFF_WITHIN_INTERVAL),

  /** Another object has the name of a mirror or of its Secret: the message names the first five. */
  CONFLICT("Conflict", "False", Retry.AT_INTERVAL),

  /** The operator's settings allow no connection Secrets; all but those is done. */
  CONNECTION_SECRETS_OFF("ConnectionSecretsOff", "False", Retry.AT_INTERVAL),

  /** The source passes validation but cannot work: edit it. */
  INVALID_CONFIGURATION("InvalidConfiguration", "False", Retry.ON_EDIT),

  /** Suspiciously many sessions are missing: confirm their deletion, or fix the query. */
  PRUNE_GUARD_TRIPPED("PruneGuardTripped", "False", Retry.HELD);

  /** When a source is polled again. */
  public enum Retry {
    /** At once. */
    NOW,
    /** At the source's interval: either all is well, or you have to fix it. */
    AT_INTERVAL,
    /** Exponentially later: it will pass. */
    BACK_OFF,
    /** The same, but never later than the interval. */
    BACK_OFF_WITHIN_INTERVAL,
    /** Only when the source is edited. */
    ON_EDIT,
    /** At the interval, though you have to act: all but the deletions goes on. */
    HELD
  }

  private final String value;
  private final String ready;
  private final Retry retry;

  Reason(String value, String ready, Retry retry) {
    this.value = value;
    this.ready = ready;
    this.retry = retry;
  }

  /** The reason that stands in a condition like that; null if none does. */
  public static @Nullable Reason of(@Nullable String value) {
    return Stream.of(values()).filter(r -> r.value.equals(value)).findFirst().orElse(null);
  }

  /** The reason as it stands in the condition. */
  public String value() {
    return value;
  }

  /** Status of the condition Ready. */
  String ready() {
    return ready;
  }

  public Retry retry() {
    return retry;
  }

  /** Whether the operator goes on by itself: the condition Reconciling of kstatus. */
  public boolean isReconciling() {
    return switch (retry) {
      case NOW, BACK_OFF, BACK_OFF_WITHIN_INTERVAL -> true;
      case AT_INTERVAL, ON_EDIT, HELD -> false;
    };
  }

  /** Whether it was Kubernetes that refused or failed, and not the API. */
  public boolean isOfKubernetes() {
    return retry == Retry.BACK_OFF_WITHIN_INTERVAL;
  }

  /** Whether nothing moves before you act: the condition Stalled of kstatus. */
  boolean isStalled() {
    return retry == Retry.ON_EDIT || retry == Retry.HELD;
  }

  /** The same from poll to poll: what {@code kubectl get} shows as the condition's reason. */
  @Override
  public String toString() {
    return value;
  }
}
