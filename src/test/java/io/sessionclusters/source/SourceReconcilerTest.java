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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.sessionclusters.api.v1alpha1.Conditions;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.cloud.CloudError;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.CredentialsProvider.CredentialsResult;
import io.sessionclusters.cloud.ListQuery;
import io.sessionclusters.cloud.Listing;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mirror.MirrorItemStore;
import io.sessionclusters.mirror.Mirrors;
import io.sessionclusters.status.OneSourceServer;
import io.sessionclusters.status.Reason;
import io.sessionclusters.status.SourceStatusFactory;
import io.sessionclusters.support.ReadSettings;
import io.sessionclusters.time.SteppedTimers;
import io.sessionclusters.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The reconciler as it is put together for the operator, against a server with one source. */
class SourceReconcilerTest {

  private static final CloudError OUTAGE =
      new CloudError(CloudError.Kind.SERVICE_FAILED, "InternalError", 500, "", "", null);
  private static final CloudSession SHOWN = Sessions.running("sc-1");
  private static final Listing EMPTY = new Listing.Complete(List.of(), 1);
  private static final Listing WITHOUT_ID = Listing.Cause.WITHOUT_ID.tear(List.of(SHOWN), 1, 0);
  private static final Listing TORN = Listing.Cause.TOTAL_MOVED.tear(List.of(SHOWN), 1, 0);

  private final OneSourceServer server = new OneSourceServer(Polls.source());
  private final SteppedTimers timers = new SteppedTimers();
  private final List<String> woken = new CopyOnWriteArrayList<>();
  private final List<PollMetrics.Unreported> endings = new ArrayList<>();
  private final List<Reason> reasons = new ArrayList<>();
  private final AtomicInteger listings = new AtomicInteger();
  private Listing listing = EMPTY;

  /** Listings that come before all others. */
  private final Deque<Listing> script = new ArrayDeque<>();

  /** Of a query by ID. */
  private Listing answer = EMPTY;

  private Runnable duringListing = () -> {};
  private boolean leads = true;
  private final SourceReconciler reconciler =
      ReconcilerFactory.create(
          server.client(),
          new ReconcilerFactory.CloudAccess(this::list, _ -> {}, this::key),
          new ReconcilerFactory.OperatorContext(
              ReadSettings.of("--ambient-namespaces=*"), metrics(), () -> leads),
          new TimeSource(timers.clock(), timers.clock(), timers, () -> 0));

  SourceReconcilerTest() throws IOException {}

  @BeforeEach
  void start() {
    reconciler.lookUpSourcesIn(id -> Optional.of(server.source()));
    reconciler
        .timer()
        .setEventHandler(event -> woken.add(event.getRelatedCustomResourceID().getName()));
    reconciler.timer().start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aNewSourceIsListedAtOnceAndThenAtItsInterval() throws Exception {
    reconcile();
    assertThat(ready()).isEqualTo("True Succeeded");
    assertThat(listings).hasValue(1);

    reconcile();
    assertThat(listings).as("not due").hasValue(1);
    timers.advance(Duration.ofSeconds(70));
    assertThat(woken).containsExactly("adhoc");
    reconcile();
    assertThat(listings).hasValue(2);
  }

  @Test
  void anEditIsDueAtOnce() throws Exception {
    reconcile();
    edit(source -> metadata(source).put("generation", 2));
    reconcile();

    assertThat(listings).hasValue(2);
    assertThat(server.source().getStatus().observedGeneration()).isEqualTo(2);
  }

  @Test
  void aSuspendedSourceIsNotListed() throws Exception {
    edit(source -> ((ObjectNode) source.get("spec")).put("suspend", true));
    reconcile();

    assertThat(listings).hasValue(0);
    assertThat(server.source().getStatus().observedGeneration()).isEqualTo(1);
    assertThat(timers.alarms()).isZero();
  }

  @Test
  void aSourceThatCannotWorkIsReportedAndWaitsForAnEdit() throws Exception {
    edit(source -> ((ObjectNode) source.get("spec")).put("regionId", "/"));
    reconcile();

    assertThat(ready()).isEqualTo("False InvalidConfiguration");
    assertThat(listings).hasValue(0);
    timers.advance(Duration.ofMinutes(10));
    assertThat(woken).isEmpty();
  }

  @Test
  void aListingThatFailedIsRepeatedAfterABackOff() throws Exception {
    listing = new Listing.Failed(OUTAGE);
    reconcile();
    assertThat(ready()).isEqualTo("False CloudUnavailable");

    timers.advance(Duration.ofSeconds(1));
    reconcile();
    assertThat(listings).hasValue(2);
  }

  @Test
  void thePlanOfASourceThatWasEditedMeanwhileIsDropped() throws Exception {
    listing = new Listing.Complete(List.of(Sessions.running("sc-1")), 1);
    duringListing = () -> edit(source -> metadata(source).put("generation", 2));
    reconcile();

    assertThat(endings).containsExactly(PollMetrics.Unreported.DROPPED);
    assertThat(server.requests)
        .noneMatch(r -> r.startsWith("POST") && r.contains("/sessionclusters"));
  }

  static Stream<List<Listing>> whatAnyListingShowedIsMissingAnew() {
    Listing torn = new Listing.Torn(List.of(SHOWN), 1, Listing.Cause.TOTAL_MOVED, "torn", 0);
    Listing whole = new Listing.Complete(List.of(SHOWN), 1);
    return Stream.of(
        List.of(whole),
        List.of(new Listing.Failed(List.of(SHOWN), OUTAGE)),
        List.of(torn, EMPTY),
        List.of(torn, new Listing.Failed(OUTAGE)),
        List.of(torn, torn));
  }

  @ParameterizedTest
  @MethodSource
  void whatAnyListingShowedIsMissingAnew(List<Listing> showing) throws Exception {
    mirrored();
    poll(EMPTY);
    poll(showing.toArray(Listing[]::new));

    // Where the last of them lacked it, that is the first that does.
    if (!showing.getLast().equals(EMPTY)) {
      poll(EMPTY);
    }
    assertThat(deletions()).isEmpty();
    poll(EMPTY);
    assertThat(deletions()).hasSize(1);
  }

  @Test
  void whatAListingShowedIsMissingAnewThoughItsPlanIsDropped() throws Exception {
    mirrored();
    poll(EMPTY);
    duringListing = () -> leads = false;
    poll(new Listing.Complete(List.of(SHOWN), 1));
    assertThat(endings).containsExactly(PollMetrics.Unreported.DROPPED);
    duringListing = () -> {};
    leads = true;

    poll(EMPTY);
    assertThat(deletions()).isEmpty();
    poll(EMPTY);
    assertThat(deletions()).hasSize(1);
  }

  @Test
  void whatAQueryByIdShowedBeforeItFailedIsMissingAnew() throws Exception {
    mirrored();
    answer = new Listing.Failed(List.of(SHOWN), OUTAGE);
    poll(EMPTY);
    poll(EMPTY);
    answer = EMPTY;

    poll(EMPTY);
    assertThat(deletions()).isEmpty();
    poll(EMPTY);
    assertThat(deletions()).hasSize(1);
  }

  @Test
  void aPollThatSettlesNothingIsCountedAsThat() throws Exception {
    mirrored();
    reconcile();
    reasons.clear();

    poll(TORN, TORN);

    assertThat(endings).containsExactly(PollMetrics.Unreported.INCONCLUSIVE);
    assertThat(reasons).isEmpty();
  }

  @Test
  void aPollThatSettlesNothingAndWhoseStatusIsRefusedIsCountedOnce() throws Exception {
    mirrored();
    reconcile();
    reasons.clear();
    edit(
        source ->
            metadata(source)
                .putObject("annotations")
                .put(SessionClusterSource.REQUESTED_AT, "now"));
    server.refuse(request -> request.startsWith("PATCH"));

    poll(TORN, TORN);

    assertThat(endings).isEmpty();
    assertThat(reasons).hasSize(1);
  }

  @Test
  void aPollThatReportsAnInconsistentListingIsCountedAsThat() throws Exception {
    mirrored();
    reconcile();
    reasons.clear();

    for (int i = 0; i < 3; i++) {
      poll(WITHOUT_ID, WITHOUT_ID);
    }

    assertThat(endings).hasSize(2).containsOnly(PollMetrics.Unreported.INCONCLUSIVE);
    assertThat(reasons).containsExactly(Reason.LISTING_INCONSISTENT);
  }

  @Test
  void aStandbyDoesNothingUntilItLeads() throws Exception {
    leads = false;
    reconcile();
    assertThat(server.requests).isEmpty();
    assertThat(listings).hasValue(0);

    leads = true;
    reconciler.lead();
    timers.advance(Duration.ZERO);
    assertThat(woken).containsExactly("adhoc");
    reconcile();
    assertThat(listings).hasValue(1);
  }

  @Test
  void aStatusThatIsRefusedIsWrittenLater() throws Exception {
    server.refuse(request -> request.startsWith("PATCH"));
    reconcile();
    assertThat(server.source().getStatus()).isNull();

    server.refuse(request -> false);
    timers.advance(Duration.ofSeconds(1));
    assertThat(woken).containsExactly("adhoc");
    reconcile();
    assertThat(ready()).isEqualTo("True Succeeded");
  }

  /** The framework then retries; the alarm that was answered is no loss. */
  @Test
  void aPollThatEndedByAnExceptionIsStillDue() throws Exception {
    reconcile();
    edit(source -> metadata(source).put("generation", 2));
    duringListing =
        () -> {
          throw new IllegalStateException("unforeseen");
        };
    assertThatIllegalStateException().isThrownBy(this::reconcile);

    duringListing = () -> {};
    reconcile();

    assertThat(server.source().getStatus().observedGeneration()).isEqualTo(2);
    assertThat(ready()).isEqualTo("True Succeeded");
    timers.advance(Duration.ofSeconds(70));
    assertThat(woken).containsExactly("adhoc");
  }

  @Test
  void aSourceThatIsBeingDeletedIsForgotten() throws Exception {
    reconcile();
    assertThat(timers.alarms()).isPositive();
    edit(source -> metadata(source).put("deletionTimestamp", "2026-11-25T12:00:00Z"));
    reconcile();

    assertThat(timers.alarms()).isZero();
    timers.advance(Duration.ofDays(1));
    assertThat(reconciler.stuck()).isEmpty();
    assertThat(woken).isEmpty();
  }

  private void reconcile() throws InterruptedException {
    reconciler.reconcile(server.source());
  }

  /** The session has a mirror. */
  private void mirrored() {
    new MirrorItemStore(reconciler.store(), null).put("sc-1", Mirrors.running("sc-1", "1"));
  }

  /** The next poll, which comes when any is due, gets these. */
  private void poll(Listing... showing) throws InterruptedException {
    script.addAll(List.of(showing));
    timers.advance(Duration.ofSeconds(70));
    reconcile();
    assertThat(script).isEmpty();
  }

  private List<String> deletions() {
    return server.requests.stream().filter(request -> request.startsWith("DELETE")).toList();
  }

  private void edit(Consumer<ObjectNode> change) {
    server.edit(change);
  }

  private static ObjectNode metadata(ObjectNode source) {
    return (ObjectNode) source.get("metadata");
  }

  private String ready() {
    Condition ready =
        Objects.requireNonNull(
            Conditions.find(server.source().getStatus().conditions(), SourceStatusFactory.READY));
    return ready.getStatus() + " " + ready.getReason();
  }

  private Listing list(ListQuery query, Credentials credentials, Duration timeout) {
    if (query.sessionClusterId() != null) {
      return answer;
    }
    listings.incrementAndGet();
    duringListing.run();
    return script.isEmpty() ? listing : script.removeFirst();
  }

  private CredentialsResult key() {
    return new CredentialsResult.Found(Polls.KEY, null);
  }

  private PollMetrics metrics() {
    return new PollMetrics() {
      @Override
      public void ended(PollMetrics.Unreported ending) {
        endings.add(ending);
      }

      @Override
      public void polled(Reason reason) {
        reasons.add(reason);
      }
    };
  }
}
