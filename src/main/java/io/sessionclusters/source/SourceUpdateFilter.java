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
package io.sessionclusters.source;

import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.cloud.TextSanitizer;
import io.sessionclusters.source.Schedule.Request;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which changes of a source ask for a reconcile; its own status is none of them. */
public final class SourceUpdateFilter {

  /** Characters of {@code requested-at} that count. */
  static final int MAX_REQUEST = 256;

  private SourceUpdateFilter() {}

  /** Whether the spec, the deletion mark or an annotation of ours differs. */
  public static boolean askForPoll(SessionClusterSource now, SessionClusterSource before) {
    return !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid())
        || !Objects.equals(
            now.getMetadata().getDeletionTimestamp(), before.getMetadata().getDeletionTimestamp())
        || !asked(now).equals(asked(before));
  }

  /** What a source asks for by its fields and annotations. */
  static Request asked(SessionClusterSource source) {
    return new Request(
        source.generation(),
        request(source),
        annotation(source, SessionClusterSource.CONFIRM_PRUNE));
  }

  /**
   * The value of {@code requested-at} as it is compared and echoed: at most {@value #MAX_REQUEST}
   * characters of it, because an annotation may have 256 KiB and a status should not. Null if the
   * source has none.
   */
  static @Nullable String request(SessionClusterSource source) {
    String request = annotation(source, SessionClusterSource.REQUESTED_AT);
    // Half of a surrogate pair cannot be written, so the echo would never be equal.
    return request == null ? null : TextSanitizer.start(request, MAX_REQUEST);
  }

  /** The value of an annotation; null if the source has none of that name. */
  static @Nullable String annotation(SessionClusterSource source, String name) {
    Map<String, String> annotations = source.getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(name);
  }
}
