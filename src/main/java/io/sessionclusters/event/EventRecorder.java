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
package io.sessionclusters.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.cloud.TextSanitizer;
import io.sessionclusters.time.Timers;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Makes events of what happened, as many about one object as its budget allows. */
public final class EventRecorder {

  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  /** Longest note that the API server takes, in bytes of UTF-8. */
  private static final int MAX_NOTE = 1024;

  /** The object's name would not do: with a hyphen behind it, it may be too long for a name. */
  private static final String NAME_PREFIX = SessionCluster.MANAGED_BY + "-";

  private final EventSender sender;
  private final String instance;
  private final Clock clock;
  private final EventRateLimiter rateLimiter;

  /**
   * Creates a recorder.
   *
   * @param instance of the operator, as the pod's name
   */
  public EventRecorder(EventSender sender, String instance, Clock clock, Timers timers) {
    this.sender = sender;
    this.instance = instance;
    this.clock = clock;
    this.rateLimiter = new EventRateLimiter(timers);
  }

  /** Records that a source began to fail, or recovered; nothing if neither. */
  public void recordReadyTransition(
      SessionClusterSource source,
      SessionClusterSourceStatus before,
      SessionClusterSourceStatus after) {
    SessionEvent event = SessionEvent.ofReadyTransition(before, after);
    if (event != null) {
      record(source, event);
    }
  }

  /** Records an event about a mirror of the source, or about the source itself. */
  public void record(SessionClusterSource source, SessionEvent event) {
    String namespace = source.getMetadata().getNamespace();
    ObjectReference regarding = regarding(source, event);
    if (!rateLimiter.allows(regarding.getUid())) {
      return;
    }
    Event object =
        new EventBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withGenerateName(NAME_PREFIX)
            .endMetadata()
            .withRegarding(regarding)
            .withType(event.warning() ? "Warning" : "Normal")
            .withReason(event.reason())
            .withAction("Mirror")
            .withNote(note(event.note()))
            .withEventTime(new MicroTime(MICROS.format(clock.instant())))
            .withReportingController(SessionCluster.GROUP + "/" + SessionCluster.MANAGED_BY)
            .withReportingInstance(instance)
            .build();
    sender.send(object);
  }

  private static String note(String text) {
    String note = TextSanitizer.of(text, MAX_NOTE);
    for (int length = MAX_NOTE; note.getBytes(UTF_8).length > MAX_NOTE; length -= 64) {
      note = TextSanitizer.of(text, length);
    }
    return note;
  }

  private static ObjectReference regarding(SessionClusterSource source, SessionEvent event) {
    SessionEvent.MirrorRef mirror = event.mirror();
    return new ObjectReferenceBuilder()
        .withApiVersion(SessionCluster.GROUP + "/" + SessionCluster.VERSION)
        .withKind(mirror == null ? SessionClusterSource.KIND : SessionCluster.KIND)
        .withNamespace(source.getMetadata().getNamespace())
        .withName(mirror == null ? source.getMetadata().getName() : mirror.name())
        .withUid(mirror == null ? source.getMetadata().getUid() : mirror.uid())
        .build();
  }
}
