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
import io.sessionclusters.api.v1alpha1.Conditions;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.mapping.SessionState;
import io.sessionclusters.mirror.Mirror;
import io.sessionclusters.mirror.MirrorChange;
import io.sessionclusters.status.SourceStatusFactory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a session or a source, as an Event reports it.
 *
 * @param mirror that it is about; null if it is about the source
 * @param warning whether you should look at it
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
    List<SessionEvent> events = done.stream().flatMap(write -> of(write).stream()).toList();
    return events.size() <= MOST ? events : List.of(summary(events.size(), done));
  }

  /** An event for each mirror that the prune guard holds from now on, at most {@link #MOST}. */
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
  static @Nullable SessionEvent ofReadyTransition(
      SessionClusterSourceStatus before, SessionClusterSourceStatus after) {
    Condition was = Conditions.find(before.conditions(), SourceStatusFactory.READY);
    Condition is = Conditions.find(after.conditions(), SourceStatusFactory.READY);
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

  private static Optional<SessionEvent> of(MirrorChange write) {
    return switch (write) {
      case MirrorChange.Create create ->
          ofSource(
              APPEARED,
              "Session %s appeared%s."
                  .formatted(write.name(), in(create.content().status().state())));
      case MirrorChange.Update update -> ofTransition(update);
      case MirrorChange.Delete _ -> ofSource(VANISHED, vanished(write, "deleted"));
      case MirrorChange.MarkVanished mark ->
          mark.isAlreadyMarked()
              ? Optional.empty()
              : ofSource(VANISHED, vanished(write, "retained"));
      case MirrorChange.CheckSecret _, MirrorChange.MarkStale _ -> Optional.empty();
    };
  }

  private static Optional<SessionEvent> ofSource(String reason, String note) {
    return Optional.of(new SessionEvent(null, false, reason, note));
  }

  private static Optional<SessionEvent> ofTransition(MirrorChange.Update update) {
    MirrorRef mirror = new MirrorRef(update.name(), update.mirror().uid());
    return newState(update)
        .map(
            state ->
                switch (state) {
                  case RUNNING ->
                      new SessionEvent(mirror, false, RUNNING, "The session is Running.");
                  case STOPPED ->
                      new SessionEvent(mirror, false, STOPPED, "The session is Stopped.");
                  case ERROR -> new SessionEvent(mirror, true, FAILED, failure(update));
                  case NOT_STARTED, STARTING, STOPPING -> null;
                });
  }

  /** The documented state that a session has entered, as far as a write shows it. */
  private static Optional<SessionState> newState(MirrorChange write) {
    return switch (write) {
      case MirrorChange.Create create -> SessionState.of(create.content().status().state());
      case MirrorChange.Update update when update.content() != null -> {
        String state = update.content().status().state();
        yield Objects.equals(state, update.mirror().state())
            ? Optional.empty()
            : SessionState.of(state);
      }
      default -> Optional.empty();
    };
  }

  private static String failure(MirrorChange.Update update) {
    var content = update.content();
    var reason = content == null ? null : content.status().stateChangeReason();
    return reason == null || reason.message() == null
        ? "The session is in Error."
        : "The session is in Error: " + reason.message();
  }

  private static String vanished(MirrorChange write, String consequence) {
    return "Session %s no longer exists; mirror %s.".formatted(write.name(), consequence);
  }

  private static SessionEvent summary(int events, List<MirrorChange> done) {
    long failed =
        done.stream().filter(w -> newState(w).equals(Optional.of(SessionState.ERROR))).count();
    return new SessionEvent(
        null,
        failed > 0,
        SUMMARY,
        "%d sessions appeared, changed or disappeared; %d entered Error."
            .formatted(events, failed));
  }

  private static String in(@Nullable String state) {
    return state == null ? "" : " in state " + state;
  }
}
