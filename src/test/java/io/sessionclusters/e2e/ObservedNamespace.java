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
package io.sessionclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.api.v1alpha1.SessionClusterStatus;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.Kubectl;
import io.sessionclusters.support.TestNamespace;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A namespace of its own, as kubectl and a cluster administrator see and change it. */
public class ObservedNamespace implements AutoCloseable {

  final ControlPlane plane;
  private final TestNamespace namespace;

  ObservedNamespace(ControlPlane plane) {
    this.plane = plane;
    this.namespace = TestNamespace.create(plane.admin());
  }

  public static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
  }

  String namespace() {
    return namespace.name();
  }

  Kubectl kubectl() {
    return plane.kubectl();
  }

  /** Runs kubectl in the scene's namespace. */
  String kubectl(String... arguments) {
    return kubectl().run(inNamespace(arguments));
  }

  /** The same as the one user whom the admission policy lets write to mirrors by hand. */
  String kubectlPastThePolicy(String... arguments) {
    return kubectl().run(pastThePolicy(arguments));
  }

  Kubectl.Result tryKubectlPastThePolicy(String... arguments) {
    return kubectl().tryRun(pastThePolicy(arguments));
  }

  private String[] pastThePolicy(String... arguments) {
    return inNamespace(
        Stream.concat(
                Stream.of("--as=system:kube-controller-manager", "--as-group=system:masters"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  private String[] inNamespace(String... arguments) {
    return Stream.concat(Stream.of("-n", namespace()), Stream.of(arguments)).toArray(String[]::new);
  }

  KubernetesClient admin() {
    return plane.admin();
  }

  /** The mirrors by name. */
  public Map<String, SessionCluster> mirrors() {
    return byName(
        admin().resources(SessionCluster.class).inNamespace(namespace()).list().getItems().stream(),
        m -> m.getMetadata().getName(),
        m -> m);
  }

  /** One mirror, which must be there. */
  SessionCluster mirror(String name) {
    return admin()
        .resources(SessionCluster.class)
        .inNamespace(namespace())
        .withName(name)
        .require();
  }

  /** Status, reason and message of a condition of a mirror; empty if it has none. */
  String mirrorCondition(String name, String type) {
    SessionClusterStatus status = mirror(name).getStatus();
    return status == null ? "" : text(status.conditions(), type);
  }

  /** The states of the mirrors by name, as the cloud's own are told by the scene. */
  Map<String, String> mirroredStates() {
    return byName(
        mirrors().values().stream(),
        m -> m.getMetadata().getName(),
        m -> m.getStatus() == null ? "" : String.valueOf(m.getStatus().state()));
  }

  /** The uids of the mirrors by name: another uid is another object. */
  Map<String, String> mirrorUids() {
    return byName(
        mirrors().values().stream(), m -> m.getMetadata().getName(), m -> m.getMetadata().getUid());
  }

  static <T, V> Map<String, V> byName(
      Stream<T> objects, Function<T, String> name, Function<T, V> value) {
    return objects.collect(Collectors.toMap(name, value, (a, b) -> a, TreeMap::new));
  }

  /** The status of a source; empty while it has none. */
  SessionClusterSourceStatus status(String source) {
    SessionClusterSource object = source(source);
    return object.getStatus() == null ? SessionClusterSourceStatus.EMPTY : object.getStatus();
  }

  String uid(String source) {
    return source(source).getMetadata().getUid();
  }

  String resourceVersion(String source) {
    return source(source).getMetadata().getResourceVersion();
  }

  private SessionClusterSource source(String name) {
    return admin()
        .resources(SessionClusterSource.class)
        .inNamespace(namespace())
        .withName(name)
        .require();
  }

  /** The types of the conditions that a source has. */
  List<String> conditionTypes(String source) {
    List<Condition> conditions = status(source).conditions();
    return conditions == null ? List.of() : conditions.stream().map(Condition::getType).toList();
  }

  /** Status, reason and message of a condition of a source; empty while there is none. */
  String condition(String source, String type) {
    return text(status(source).conditions(), type);
  }

  /** Status, reason and message of a condition; empty if there is none. */
  private static String text(@Nullable List<Condition> conditions, String type) {
    return (conditions == null ? List.<Condition>of() : conditions)
        .stream()
            .filter(c -> c.getType().equals(type))
            .map(c -> c.getStatus() + " " + c.getReason() + ": " + c.getMessage())
            .findFirst()
            .orElse("");
  }

  /** The events with that reason, an element each. */
  List<String> events(String reason) {
    return kubectl("get", "events", "-o", "jsonpath={range .items[*]}{.reason}{\"\\n\"}{end}")
        .lines()
        .filter(reason::equals)
        .toList();
  }

  /** Waits until the source, as it is now, has been listed and all is well. */
  public void awaitReady(String source) {
    awaitReady(source, "True Succeeded");
  }

  /** Waits until the condition Ready of the source, as it is now, begins like that. */
  void awaitReady(String source, String start) {
    eventually()
        .untilAsserted(
            () -> {
              SessionClusterSource now = source(source);
              assertThat(status(source).observedGeneration())
                  .isEqualTo(now.getMetadata().getGeneration());
              assertThat(condition(source, "Ready")).startsWith(start);
            });
  }

  /** Whether the namespaces of earlier tests are gone, so that nobody but this scene writes. */
  boolean isAlone() {
    return admin().namespaces().list().getItems().stream()
        .noneMatch(n -> n.getStatus().getPhase().equals("Terminating"));
  }

  @Override
  public void close() {
    namespace.close();
  }
}
