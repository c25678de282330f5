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

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.sessionclusters.config.OperatorSettings.ConnectionSecretSettings;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.RecordCopy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A scene whose operator keeps connection Secrets, under the account of {@code deploy/} with what
 * {@code deploy/connection-secrets/} adds, granted in the scene's namespace only.
 */
final class ThriftScene implements AutoCloseable {

  /** No test waits for a check by time. */
  static final Duration SELDOM = Duration.ofHours(1);

  /** Each listing checks: a period begins between any two of them. */
  static final Duration WITH_EACH_LISTING = Duration.ofMillis(1);

  private static final String ROLE = "connection-secrets";

  final Scene scene = Scene.withoutOperator();
  private final List<String> heldBack = new ArrayList<>();

  /** With the operator neither started nor granted anything beyond {@code deploy/}. */
  static ThriftScene withoutOperator() {
    return new ThriftScene();
  }

  private ThriftScene() {}

  void startOperator(Duration checkPeriod) {
    scene.startOperator(
        RecordCopy.with(
            scene.settings(), "connectionSecrets", new ConnectionSecretSettings(checkPeriod)));
  }

  void grant() {
    DeployedControlPlane.grant(scene.admin(), scene.namespace(), ROLE, component());
  }

  private List<PolicyRule> component() {
    try (InputStream yaml = Files.newInputStream(Path.of("deploy/connection-secrets/rbac.yaml"))) {
      return scene.admin().load(yaml).items().stream()
          .filter(ClusterRole.class::isInstance)
          .map(ClusterRole.class::cast)
          .flatMap(role -> role.getRules().stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void putThrift(String id) {
    scene.workspace.put(FakeSession.thrift(id).state("Running"));
  }

  /** A source that asks for Secrets; it is listed when a test has it polled. */
  void applySource(String... specLines) {
    String[] lines = new String[specLines.length + 2];
    lines[0] = "interval: 1h";
    lines[1] = "connectionSecrets: true";
    System.arraycopy(specLines, 0, lines, 2, specLines.length);
    scene.applySource("hangzhou", lines);
  }

  /** The connection Secret of a mirror; null if there is none. */
  @Nullable Secret find(String mirror) {
    return scene
        .admin()
        .secrets()
        .inNamespace(scene.namespace())
        .withName(mirror + "-connection")
        .get();
  }

  Secret secret(String mirror) {
    Secret secret = find(mirror);
    if (secret == null) {
      throw new AssertionError("no connection Secret of " + mirror);
    }
    return secret;
  }

  /** What a pod reads from it. */
  Map<String, String> data(String mirror) {
    return decoded(secret(mirror));
  }

  static Map<String, String> decoded(Secret secret) {
    Map<String, String> data = new TreeMap<>();
    secret
        .getData()
        .forEach(
            (key, value) ->
                data.put(
                    key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    return data;
  }

  /** The Secret that the mirror's status names; empty if it names none. */
  String reference(String mirror) {
    var status = scene.mirror(mirror).getStatus();
    return status == null || status.connectionSecretRef() == null
        ? ""
        : String.valueOf(status.connectionSecretRef().name());
  }

  /** Lets a Secret go that {@link #putHeldBack} made, if it is there. */
  void release(String mirror) {
    Secret held = find(mirror);
    if (held != null && !held.getMetadata().getFinalizers().isEmpty()) {
      held.getMetadata().setFinalizers(List.of());
      scene.admin().resource(held).update();
    }
  }

  /** Puts a Secret of somebody else's under the name of a mirror's. */
  void putOther(String mirror) {
    putOther(mirror, null);
  }

  /** The same with an owner; no garbage collector removes it before it is released. */
  void putHeldBack(String mirror, OwnerReference owner) {
    heldBack.add(mirror);
    putOther(mirror, owner, "example.org/hold");
  }

  /** The same with an owner, perhaps. */
  void putOther(String mirror, @Nullable OwnerReference owner, String... finalizers) {
    scene
        .admin()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(scene.namespace())
                .withName(mirror + "-connection")
                .withOwnerReferences(owner == null ? List.of() : List.of(owner))
                .withFinalizers(finalizers)
                .endMetadata()
                .withStringData(Map.of("theirs", "1"))
                .build())
        .create();
  }

  static OwnerReference controlledBy(String mirror, String uid) {
    return new OwnerReferenceBuilder()
        .withApiVersion("sessionclusters.io/v1alpha1")
        .withKind("SessionCluster")
        .withName(mirror)
        .withUid(uid)
        .withController(true)
        .withBlockOwnerDeletion(false)
        .build();
  }

  @Override
  public void close() {
    heldBack.forEach(this::release);
    scene.close();
  }
}
