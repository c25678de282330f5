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

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceSpec.PrunePolicy;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.prune.Evidence;
import io.sessionclusters.prune.ListingWindow;
import io.sessionclusters.prune.PruneState;
import io.sessionclusters.prune.PruneState.PruneLimits;
import io.sessionclusters.support.RecordCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One source, its listings one after the other, and the API server that its mirrors are in. */
public final class OneSource {

  static final Duration TRANSITION_INTERVAL = Duration.ofSeconds(10);

  public final TinyApiServer api;
  PruneState pruneState = PruneState.NONE;
  public Instant now = Instant.parse("2026-11-22T00:00:00Z");
  public PlanInput input =
      new PlanInput(
          Mirrors.SOURCE,
          Mirrors.SOURCE_UID,
          1,
          Mirrors.REGION,
          Mirrors.WORKSPACE,
          PrunePolicy.Delete,
          new PruneLimits(TRANSITION_INTERVAL, 50, null, null, false),
          (session, mirror) -> new SecretStep(mirror != null && mirror.refersToSecret(), null),
          List.of(),
          Evidence.COMPLETE,
          new ListingWindow(now, now),
          PruneState.NONE);

  public OneSource() {
    this(new TinyApiServer());
  }

  private OneSource(TinyApiServer api) {
    this.api = api;
  }

  /** Another source of the same namespace and with the same input. */
  public OneSource besides(String name, String uid) {
    OneSource other = new OneSource(api);
    other.edit("source", new ResourceID(name, Mirrors.NAMESPACE));
    other.edit("uid", uid);
    return other;
  }

  /** Plans for a complete listing that takes no time, and does it. */
  public MirrorPlan complete(CloudSession... sessions) {
    return listed(true, List.of(sessions));
  }

  /** Plans for a torn listing, and does it. */
  MirrorPlan torn(CloudSession... sessions) {
    return listed(false, List.of(sessions));
  }

  public MirrorPlan listed(boolean complete, List<CloudSession> sessions) {
    MirrorPlan plan = plan(complete, sessions);
    pruneState = plan.decision().next();
    api.apply(plan, input, now);
    return plan;
  }

  /** Plans, and does nothing. */
  public MirrorPlan plan(boolean complete, List<CloudSession> sessions) {
    Evidence evidence = complete ? Evidence.COMPLETE : Evidence.NONE;
    return MirrorPlan.of(listed(input, pruneState, evidence, now, sessions), api.store(), now);
  }

  /** For a listing that takes no time. */
  static PlanInput listed(
      PlanInput input,
      PruneState before,
      Evidence evidence,
      Instant now,
      List<CloudSession> sessions) {
    PlanInput listed = RecordCopy.with(input, "sessions", sessions);
    listed = RecordCopy.with(listed, "evidence", evidence);
    listed = RecordCopy.with(listed, "when", new ListingWindow(now, now));
    return RecordCopy.with(listed, "before", before);
  }

  /** Time goes by until a removal can be confirmed. */
  void pass() {
    now = now.plus(TRANSITION_INTERVAL);
  }

  /** The operator's process ends and starts again. */
  public void restart() {
    pruneState = PruneState.NONE;
    api.restartOperator();
  }

  /** The query is edited, or the source made anew. */
  public void edit(String component, Object value) {
    input = RecordCopy.with(input, component, value);
    input = RecordCopy.with(input, "generation", input.generation() + 1);
  }

  void confirm(@Nullable String token) {
    input =
        RecordCopy.with(
            input, "limits", new PruneLimits(TRANSITION_INTERVAL, 50, token, null, false));
  }

  /** A plan's writes in words, in the order of the mirrors' names. */
  static List<String> writes(MirrorPlan plan) {
    return Stream.concat(plan.writes().stream(), plan.removals().stream())
        .map(OneSource::describe)
        .sorted()
        .toList();
  }

  private static String describe(MirrorChange write) {
    return switch (write) {
      case MirrorChange.Create create -> create.name() + " created";
      case MirrorChange.Update update ->
          update.name()
              + (update.content() == null ? "" : " updated")
              + (update.metadata() ? " owned" : "");
      case MirrorChange.CheckSecret check -> check.name() + " checked";
      case MirrorChange.MarkStale mark -> mark.name() + " stale";
      case MirrorChange.MarkVanished mark -> mark.name() + " marked";
      case MirrorChange.Delete delete -> delete.name() + " deleted";
    };
  }
}
