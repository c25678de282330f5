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
package io.sessionclusters.mapping;

import io.sessionclusters.cloud.TextSanitizer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The documented states of a session cluster. The API has been seen to spell them in lower case, so
 * they are matched without regard to case; the list is open, so an unknown state stays as it came.
 */
public enum SessionState {
  NOT_STARTED("NotStarted"),
  STARTING("Starting"),
  RUNNING("Running"),
  STOPPING("Stopping"),
  STOPPED("Stopped"),
  ERROR("Error");

  /** Counts the sessions of undocumented states together: the API may add any. */
  public static final String OTHER = "Other";

  /** Characters of an unknown state that are shown: a state is a word. */
  private static final int MAX_LENGTH = 64;

  private static final Map<String, SessionState> BY_NAME =
      Stream.of(values())
          .collect(
              Collectors.toMap(s -> s.canonical.toLowerCase(Locale.ROOT), Function.identity()));

  private final String canonical;

  SessionState(String canonical) {
    this.canonical = canonical;
  }

  /** The documented spelling. */
  public String canonical() {
    return canonical;
  }

  /** The documented state of that name in any case; empty for an unknown one. */
  public static Optional<SessionState> of(@Nullable String state) {
    return state == null
        ? Optional.empty()
        : Optional.ofNullable(BY_NAME.get(state.strip().toLowerCase(Locale.ROOT)));
  }

  /**
   * The documented spelling of a known state, any other as it came but fit to be shown; null stays
   * null.
   */
  public static @Nullable String canonical(@Nullable String state) {
    return of(state)
        .map(SessionState::canonical)
        .orElseGet(() -> state == null ? null : TextSanitizer.of(state, MAX_LENGTH));
  }

  /** True while the session is on its way to another state, so that a short interval pays. */
  public static boolean isTransitional(@Nullable String state) {
    return of(state).map(s -> s == STARTING || s == STOPPING).orElse(false);
  }
}
