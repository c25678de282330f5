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

import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.status.SourceStatusFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a session, as an event says it.
 *
 * @param mirror that it is about; null if it is about the source
 * @param warning whether a person should look
 * @param reason one word, of a closed set
 * @param note one sentence
 */
public record SessionEvent(
    @Nullable MirrorRef mirror, boolean warning, String reason, String note) {

  /** The mirror that an event is about. */
  record MirrorRef(String name, String uid) {}

  static final String APPEARED = "SessionAppeared";
  static final String RUNNING = "SessionRunning";
  static final String STOPPED = "SessionStopped";
  static final String FAILED = "SessionFailed";
  static final String VANISHED = "SessionVanished";
  static final String HELD = "MirrorHeld";
  static final String SUMMARY = "SessionsChanged";
  static final String SOURCE_FAILING = "SourceFailing";
  static final String SOURCE_RECOVERED = "SourceRecovered";

  /** With more events than that, one listing says one summary instead. */
  static final int MOST = 20;

  /** The events of the writes of one listing. */
  public static List<SessionEvent> of(List<MirrorChange> done) {
    List<SessionEvent> events = new ArrayList<>();
    for (MirrorChange write : done) {
      SessionEvent event = of(write);
      if (event != null) {
        events.add(event);
      }
    }
    return events.size() <= MOST ? events : List.of(summary(events));
  }

  /** One event a mirror that the guard keeps from now on, of at most {@link #MOST} of them. */
  public static List<SessionEvent> ofHeld(List<Mirror> held) {
    return held.stream()
        .limit(MOST)
        .map(
            mirror ->
                new SessionEvent(
                    new MirrorRef(mirror.name(), mirror.uid()),
                    true,
                    HELD,
                    "The session is no longer listed. The prune guard keeps this mirror until its"
                        + " deletion is confirmed on the source."))
        .toList();
  }

  /**
   * The event of a source's status: only when Ready turns to False, and from False to True. An
   * outage is one event, however long it lasts.
   */
  static @Nullable SessionEvent ofTurn(
      SessionClusterSourceStatus before, SessionClusterSourceStatus after) {
    Condition was = SourceStatusFactory.condition(before.conditions(), SourceStatusFactory.READY);
    Condition is = SourceStatusFactory.condition(after.conditions(), SourceStatusFactory.READY);
    String from = was == null ? "Unknown" : was.getStatus();
    if (is == null || from.equals(is.getStatus())) {
      return null;
    }
    return switch (is.getStatus()) {
      case "False" ->
          new SessionEvent(null, true, SOURCE_FAILING, is.getReason() + ": " + is.getMessage());
      case "True" ->
          from.equals("False")
              ? new SessionEvent(null, false, SOURCE_RECOVERED, is.getMessage())
              : null;
      default -> null;
    };
  }

  private static @Nullable SessionEvent of(MirrorChange write) {
    return switch (write) {
      case MirrorChange.Create create ->
          new SessionEvent(
              null,
              false,
              APPEARED,
              "Session %s appeared%s."
                  .formatted(write.name(), in(create.content().status().state())));
      case MirrorChange.Update update -> transition(update);
      case MirrorChange.Delete delete -> vanished(delete.mirror(), "its mirror was removed");
      case MirrorChange.CheckSecret _, MirrorChange.MarkStale _ -> null;
      case MirrorChange.MarkVanished mark ->
          mark.isOldNews() ? null : vanished(mark.mirror(), "its mirror is kept");
    };
  }

  private static @Nullable SessionEvent transition(MirrorChange.Update update) {
    MirrorChange.Content content = update.content();
    if (content == null) {
      return null;
    }
    String before = update.mirror().state();
    String after = content.status().state();
    if (after == null || after.equals(before)) {
      return null;
    }
    MirrorRef mirror = new MirrorRef(update.name(), update.mirror().uid());
    return SessionState.of(after)
        .map(
            state ->
                switch (state) {
                  case RUNNING ->
                      new SessionEvent(mirror, false, RUNNING, "The session is Running.");
                  case STOPPED ->
                      new SessionEvent(mirror, false, STOPPED, "The session is Stopped.");
                  case ERROR -> new SessionEvent(mirror, true, FAILED, failure(content));
                  case NOT_STARTED, STARTING, STOPPING -> null;
                })
        .orElse(null);
  }

  private static String failure(MirrorChange.Content content) {
    var reason = content.status().stateChangeReason();
    return reason == null || reason.message() == null
        ? "The session is in Error."
        : "The session is in Error: " + reason.message();
  }

  private static SessionEvent vanished(Mirror mirror, String consequence) {
    return new SessionEvent(
        null,
        false,
        VANISHED,
        "Session %s is gone from the cloud; %s.".formatted(mirror.name(), consequence));
  }

  private static SessionEvent summary(List<SessionEvent> events) {
    long failed = events.stream().filter(SessionEvent::warning).count();
    return new SessionEvent(
        null,
        failed > 0,
        SUMMARY,
        "%d sessions changed, %d of them to Error.".formatted(events.size(), failed));
  }

  private static String in(@Nullable String state) {
    return state == null ? "" : " in state " + state;
  }
}
