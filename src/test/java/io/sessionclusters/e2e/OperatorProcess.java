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

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.sessionclusters.Main;
import io.sessionclusters.support.ControlPlane;
import io.sessionclusters.support.DeployedControlPlane;
import io.sessionclusters.support.JavaProgram;
import io.sessionclusters.support.Kubeconfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The operator as a process of its own, under the service account of {@code deploy/}: it can be
 * killed, stopped and woken.
 */
public final class OperatorProcess implements AutoCloseable {

  private final Path folder;
  private final String identity;
  private final Process process;

  private OperatorProcess(Path folder, String identity, Process process) {
    this.folder = folder;
    this.identity = identity;
    this.process = process;
  }

  /** Starts the only operator of a scene. */
  static OperatorProcess start(Scene scene) {
    return start(scene, "operator", Map.of());
  }

  /** Starts the only operator of a scene, with more environment variables or other ones. */
  static OperatorProcess start(Scene scene, Map<String, String> environment) {
    return start(scene, "operator", environment);
  }

  /** Starts the only operator of two scenes of one control plane. */
  static OperatorProcess start(Scene scene, Scene other) {
    return start(
        scene,
        "operator",
        Map.of(
            "WATCH_NAMESPACES",
            scene.namespace() + "," + other.namespace(),
            "ALLOWED_ENDPOINTS",
            "127.0.0.1:%d,127.0.0.1:%d".formatted(scene.cloud.port(), other.cloud.port())));
  }

  /** Starts the only operator of a scene, as somebody else than the account of {@code deploy/}. */
  static OperatorProcess start(Scene scene, Config account) {
    return start(scene, account, "operator", Map.of());
  }

  /** Starts one of several, of which the holder of the lease in the scene's namespace leads. */
  static OperatorProcess startCandidate(Scene scene, String identity) {
    return startCandidate(scene, identity, 0);
  }

  /**
   * The same.
   *
   * @param port of metrics and probes
   */
  static OperatorProcess startCandidate(Scene scene, String identity, int port) {
    return start(
        scene,
        identity,
        Map.of(
            "LEADER_ELECTION",
            "true",
            "OPERATOR_NAMESPACE",
            scene.namespace(),
            "METRICS_PORT",
            String.valueOf(port),
            "PROBE_PORT",
            String.valueOf(port)));
  }

  /**
   * Starts the only operator of a scene out of an image.
   *
   * @param command without the operator's own arguments
   */
  public static OperatorProcess start(Scene scene, List<String> command) {
    return start(
        scene.plane.serviceAccount(
            DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
        "operator",
        of(scene, "operator", Map.of()),
        command);
  }

  /**
   * Starts an operator that no scene belongs to.
   *
   * @param environment with {@code POD_NAME}
   * @param command with the operator's own arguments
   */
  public static OperatorProcess start(
      Config account, Map<String, String> environment, List<String> command) {
    return start(account, environment.getOrDefault("POD_NAME", ""), environment, command);
  }

  private static OperatorProcess start(
      Scene scene, String identity, Map<String, String> environment) {
    return start(
        scene,
        scene.plane.serviceAccount(
            DeployedControlPlane.OPERATOR_NAMESPACE, DeployedControlPlane.OPERATOR),
        identity,
        environment);
  }

  private static OperatorProcess start(
      Scene scene, Config account, String identity, Map<String, String> environment) {
    return start(account, identity, of(scene, identity, environment), java(List.of()));
  }

  private static Map<String, String> of(
      Scene scene, String identity, Map<String, String> environment) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "WATCH_NAMESPACES",
                scene.namespace(),
                "ALLOWED_ENDPOINTS",
                "127.0.0.1:" + scene.cloud.port(),
                "POD_NAME",
                identity));
    all.putAll(environment);
    return all;
  }

  /**
   * Starts what a pod of a Deployment runs: with its arguments and variables and as its service
   * account, but for the ports, which are this machine's.
   */
  static OperatorProcess startPod(ControlPlane plane, Deployment deployment) {
    String namespace = deployment.getMetadata().getNamespace();
    String pod = deployment.getMetadata().getName() + "-0";
    PodSpec spec = deployment.getSpec().getTemplate().getSpec();
    Container container = spec.getContainers().getFirst();
    Map<String, String> environment = new HashMap<>();
    for (EnvVar variable : container.getEnv()) {
      String value = valueOf(variable, namespace, pod, plane.admin());
      if (value != null) {
        environment.put(variable.getName(), value);
      }
    }
    return start(
        plane.serviceAccount(namespace, spec.getServiceAccountName()),
        pod,
        environment,
        java(container.getArgs()));
  }

  private static @Nullable String valueOf(
      EnvVar variable, String namespace, String pod, KubernetesClient admin) {
    EnvVarSource source = variable.getValueFrom();
    if (source == null) {
      return variable.getValue();
    }
    if (source.getFieldRef() != null) {
      return switch (source.getFieldRef().getFieldPath()) {
        case "metadata.namespace" -> namespace;
        case "metadata.name" -> pod;
        default -> throw new IllegalArgumentException(variable.toString());
      };
    }
    SecretKeySelector key = source.getSecretKeyRef();
    Secret secret = admin.secrets().inNamespace(namespace).withName(key.getName()).get();
    String data = secret == null ? null : secret.getData().get(key.getKey());
    return data == null
        ? null
        : new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }

  /** The command that runs what was compiled. */
  private static List<String> java(List<String> arguments) {
    return JavaProgram.command(
        List.of(
            // What a short life gains from the second compiler it does not live to see.
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        Main.class,
        arguments.toArray(String[]::new));
  }

  private static OperatorProcess start(
      Config account, String identity, Map<String, String> environment, List<String> command) {
    try {
      Path folder = Files.createTempDirectory("operator-");
      ProcessBuilder builder = new ProcessBuilder(command);
      builder
          .environment()
          .put("KUBECONFIG", Kubeconfig.write(account, folder.resolve("kubeconfig")).toString());
      // As shipped, and not as for tests.
      builder.environment().put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
      builder.environment().put("METRICS_PORT", "0");
      builder.environment().put("PROBE_PORT", "0");
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile());
      return new OperatorProcess(folder, identity, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitStatus() {
    return process.exitValue();
  }

  /** What it has logged so far. */
  public String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: nothing is finished, nothing is given back. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM, as the kubelet sends it. */
  public void terminate() {
    process.destroy();
  }

  /** Waits until it has ended by itself. */
  public int awaitExit(Duration limit) {
    return process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join().exitValue();
  }

  /** SIGQUIT: the JVM prints what each of its threads does. */
  void dumpThreads() {
    signal("QUIT");
  }

  /** SIGSTOP: time goes by and the process does not notice. */
  void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  void wake() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("SIG" + name + " could not be sent");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return Objects.toString(identity) + " (pid " + process.pid() + ")";
  }
}
