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

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSpec;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.cloud.CloudSession;
import io.sessionclusters.cloud.emr.Sessions;
import io.sessionclusters.mapping.Digest;
import io.sessionclusters.mapping.MirrorName;
import io.sessionclusters.mapping.SessionMapping;
import io.sessionclusters.support.RecordCopy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Mirrors for tests, as the operator would have written them for the source {@link #SOURCE}. */
public final class Mirrors {

  public static final String NAMESPACE = "team-a";
  static final String REGION = "cn-hangzhou";
  static final String WORKSPACE = "w-1234abcd";
  public static final ResourceID SOURCE = new ResourceID("adhoc", NAMESPACE);
  public static final String SOURCE_UID = "uid-of-adhoc";

  /** Transition time of all conditions of {@link #of}. */
  static final Instant LONG_AGO = Instant.parse("2026-11-01T00:00:00Z");

  private Mirrors() {}

  /** The mirror of a session, well-formed and right. */
  static SessionCluster of(CloudSession session, String resourceVersion) {
    String name = MirrorName.of(session.sessionClusterId());
    SessionCluster object = new SessionCluster();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(NAMESPACE)
            .withName(name)
            .withUid("uid-of-" + name)
            .withResourceVersion(resourceVersion)
            .withLabels(labels(SOURCE.getName()))
            .withOwnerReferences(owner(SOURCE.getName(), SOURCE_UID))
            .build());
    object.setSpec(new SessionClusterSpec(REGION, WORKSPACE, session.sessionClusterId()));
    object.setStatus(at(LONG_AGO, SessionMapping.status(session)));
    return object;
  }

  /** The mirror of a running session. */
  public static SessionCluster running(String id, String resourceVersion) {
    return of(Sessions.running(id), resourceVersion);
  }

  /** A later version of an object, changed. The object itself stays as it is. */
  static SessionCluster later(
      SessionCluster object, String resourceVersion, Consumer<SessionCluster> change) {
    SessionCluster copy = copy(object);
    copy.getMetadata().setResourceVersion(resourceVersion);
    change.accept(copy);
    return copy;
  }

  static SessionCluster copy(SessionCluster object) {
    SessionCluster copy = new SessionCluster();
    copy.setMetadata(new ObjectMetaBuilder(object.getMetadata()).build());
    copy.setSpec(object.getSpec());
    SessionClusterStatus status = object.getStatus();
    copy.setStatus(
        status == null ? null : RecordCopy.with(status, "conditions", conditions(status)));
    return copy;
  }

  /** Another hand writes something into the status. */
  static void scribble(SessionCluster object) {
    object.setStatus(
        at(LONG_AGO, SessionMapping.status(Sessions.session("sc-other", "Scribbled"))));
  }

  /** As {@code kubectl delete sessionclustersource --cascade=orphan} leaves it. */
  static void orphan(SessionCluster object) {
    object.getMetadata().setOwnerReferences(List.of());
  }

  /** As if another source had made it. */
  static void disown(SessionCluster object) {
    ObjectMeta meta = object.getMetadata();
    meta.setOwnerReferences(List.of(owner("other", "uid-of-other")));
    meta.setLabels(labels("other"));
  }

  static OwnerReference owner(String source, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion("sessionclusters.io/v1alpha1")
        .withKind("SessionClusterSource")
        .withName(source)
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  static Map<String, String> labels(String source) {
    return Map.of(
        "app.kubernetes.io/managed-by",
        "session-cluster-operator",
        "sessionclusters.io/source",
        source);
  }

  public static Mirror seen(SessionCluster object) {
    return Mirror.of(object, new Digest.Builder());
  }

  /** Any well-formed mirror with that uid. */
  public static Mirror withUid(String uid) {
    return seen(later(running("sc-" + uid, "1"), "1", o -> o.getMetadata().setUid(uid)));
  }

  /** What the operator remembers after it wrote the object for the session. */
  static LastApplied written(CloudSession session, SessionCluster object) {
    Digest.Builder digests = new Digest.Builder();
    Mirror mirror = seen(object);
    return new LastApplied(
        digests.fingerprint(session, mirror.refersToSecret()),
        new StatusSummary(
            digests.status(SessionMapping.status(session)),
            mirror.summary().synced(),
            mirror.summary().running()),
        mirror.summary(),
        mirror.resourceVersion());
  }

  /** The status with that transition time in all conditions. */
  static SessionClusterStatus at(Instant transition, SessionClusterStatus status) {
    List<Condition> conditions = conditions(status);
    conditions.forEach(c -> c.setLastTransitionTime(transition.toString()));
    return RecordCopy.with(status, "conditions", conditions);
  }

  private static List<Condition> conditions(SessionClusterStatus status) {
    List<Condition> copies = new ArrayList<>();
    if (status.conditions() != null) {
      status.conditions().forEach(c -> copies.add(c.edit().build()));
    }
    return copies;
  }
}
