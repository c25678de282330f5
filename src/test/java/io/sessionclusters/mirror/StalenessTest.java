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
package io.sessionclusters.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.mapping.MirrorConditions;
import io.sessionclusters.mirror.Staleness.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which mirrors grow stale, and when: the clock that is shown runs an hour ahead of the other. */
class StalenessTest {

  private static final Duration AFTER = Duration.ofMinutes(15);
  private static final Duration AHEAD = Duration.ofHours(1);

  private final Staleness staleness = new Staleness();
  private List<Mirror> mirrors = mirrors("1", "2", "3");
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private int looks;

  @Test
  void inAnOutageAllThatTheLastListingShowedGrowStaleAtOnce() {
    begin(null);
    pass(5);
    listed("1", "2", "3");
    Instant shown = wall();
    pass(14);
    assertThat(due()).isEmpty();
    assertThat(judge().next()).isEqualTo(Duration.ofMinutes(1));
    assertThat(looks).as("mirrors were looked at though none can be stale").isZero();

    pass(1);
    assertThat(due()).containsExactly("1 " + shown, "2 " + shown, "3 " + shown);
    assertThat(judge().next()).isNull();
  }

  @Test
  void whatOneListingLacksGrowsStaleByItself() {
    begin(null);
    listed("1", "2", "3");
    Instant shown = wall();
    for (int minute = 1; minute < 15; minute++) {
      pass(1);
      assertThat(due()).isEmpty();
      listed("1", "3");
      assertThat(judge().next()).isEqualTo(Duration.ofMinutes(15 - minute));
    }
    pass(1);
    listed("1", "3");

    assertThat(due()).containsExactly("2 " + shown);
    assertThat(judge().next()).isEqualTo(AFTER);
  }

  @Test
  void aListingThatShowsItEndsIt() {
    begin(null);
    listed("1", "2", "3");
    pass(10);
    listed("1", "3");
    pass(4);
    listed("1", "2", "3");
    pass(2);
    listed("1", "3");

    assertThat(due()).isEmpty();
    assertThat(judge().next()).isEqualTo(Duration.ofMinutes(13));
  }

  @Test
  void whatIsStaleOrVanishedIsLeftAlone() {
    begin(null);
    listed("1", "2", "3");
    pass(20);
    mirrors =
        List.of(
            marked("1", o -> o.setStatus(MirrorConditions.stale(o.getStatus(), now, now))),
            marked("2", o -> o.setStatus(MirrorConditions.vanished(o.getStatus(), now))),
            Mirrors.withUid("3"));

    assertThat(due()).extracting(text -> text.substring(0, 1)).containsExactly("3");
  }

  @Test
  void aRestartCountsFromTheLastListingThatTheStatusTellsOf() {
    begin(wall().minus(Duration.ofMinutes(10)));
    assertThat(judge().next()).isEqualTo(Duration.ofMinutes(5));
    Instant shown = wall().minus(Duration.ofMinutes(10));
    pass(5);

    assertThat(due()).first().isEqualTo("1 " + shown);
  }

  @Test
  void aListTimeThatLiesAheadOrIsMissingIsTheStartOfTheProcess() {
    begin(wall().plus(Duration.ofDays(1)));
    assertThat(judge().next()).isEqualTo(AFTER);
    Instant start = wall();
    pass(15);

    assertThat(due()).first().isEqualTo("1 " + start);
  }

  @Test
  void theStatusIsAskedAtTheStartOnly() {
    begin(null);
    pass(14);
    begin(wall());
    pass(1);

    assertThat(due()).hasSize(3);
  }

  @Test
  void nothingGrowsStaleWhileSuspendedNorForThatTimeAfterwards() {
    begin(null);
    listed("1", "2", "3");
    Instant shown = wall();
    pass(10);
    staleness.suspend();
    pass(600);
    assertThat(due()).isEmpty();
    assertThat(judge().next()).isNull();

    begin(null);
    pass(14);
    assertThat(due()).isEmpty();
    pass(1);
    assertThat(due()).first().isEqualTo("1 " + shown);
  }

  @Test
  void aSourceThatWasSuspendedBeforeTheStartCountsFromItsResume() {
    staleness.suspend();
    pass(600);
    begin(wall().minus(Duration.ofDays(1)));

    assertThat(due()).isEmpty();
    assertThat(judge().next()).isEqualTo(AFTER);
  }

  @Test
  void neverIsNever() {
    begin(null);
    pass(100_000);

    Staleness.DueMarks verdict = staleness.judge(this::look, Duration.ZERO, now);

    assertThat(verdict.due()).isEmpty();
    assertThat(verdict.next()).isNull();
  }

  @Test
  void onlyWhatTheListingsLackIsRemembered() {
    begin(null);
    mirrors = mirrors(IntStream.range(0, 50).mapToObj(Integer::toString).toArray(String[]::new));
    staleness.listed(new Shown(now, wall()), Set.of(), mirrors);
    mirrors = mirrors("1", "2");
    pass(20);
    listed("1", "2");

    // The 48 others are gone, and none of them brings a look that finds nothing.
    assertThat(judge().next()).isEqualTo(AFTER);
    assertThat(looks).isZero();
  }

  private void begin(@Nullable Instant lastListed) {
    staleness.begin(new Shown(now, wall()), lastListed);
  }

  private void listed(String... uids) {
    staleness.listed(new Shown(now, wall()), Set.of(uids), mirrors);
  }

  private Staleness.DueMarks judge() {
    return staleness.judge(this::look, AFTER, now);
  }

  private List<String> due() {
    return judge().due().stream().map(m -> m.mirror().uid() + " " + m.lastShown()).toList();
  }

  private List<Mirror> look() {
    looks++;
    return mirrors;
  }

  private Instant wall() {
    return now.plus(AHEAD);
  }

  private void pass(int minutes) {
    now = now.plus(Duration.ofMinutes(minutes));
  }

  private static Mirror marked(String uid, Consumer<SessionCluster> m) {
    return Mirrors.seen(
        Mirrors.later(
            Mirrors.later(Mirrors.running("sc-" + uid, "1"), "2", m),
            "2",
            o -> o.getMetadata().setUid(uid)));
  }

  private static List<Mirror> mirrors(String... uids) {
    List<Mirror> mirrors = new ArrayList<>();
    for (String uid : uids) {
      mirrors.add(Mirrors.withUid(uid));
    }
    return mirrors;
  }
}
