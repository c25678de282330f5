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

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.api.v1alpha1.SessionClusterSourceStatus;
import io.sessionclusters.cloud.CloudError.Kind;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.fakecloud.FakeSession;
import io.sessionclusters.fakecloud.FakeWorkspace;
import io.sessionclusters.fakecloud.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which the cloud can fail, over real HTTP, and what a source says and does then.
 *
 * <p>Each row has a source, a workspace and an access key of its own, all are driven at the same
 * time, and a test of a row waits for what was seen of it. The interval is an hour: whatever comes
 * within seconds came by back-off.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorReasonsIT {

  private static final String METRONOME = "w-metronome";

  /** What was seen of one row from its first good listing to its recovery. */
  private record Seen(
      List<Condition> atFirst,
      int polls,
      int walks,
      List<Condition> later,
      List<FailureLog.Failure> failures,
      List<Condition> recovered,
      Map<String, String> mirrorsBefore,
      Map<String, String> mirrorsAfter) {}

  // Bound, but not listening: connections are refused, and nobody else gets the port.
  private final Socket closed = closedPort();
  private final FailureLog log = new FailureLog();
  private final Scene scene =
      Scene.start(
          // A listing of a thousand pages shall not take its usual 100 seconds.
          new OperatorSettings.Limits(1000, 1000, 4, 16),
          "127.0.0.1:" + closed.getLocalPort(),
          ErrorReasonRow.NO_SUCH_HOST);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SharedIndexInformer<SessionClusterSource> sources =
      scene.admin().resources(SessionClusterSource.class).inNamespace(scene.namespace()).inform();
  private final Map<String, Future<Seen>> seen = new LinkedHashMap<>();

  List<ErrorReasonRow> rows() {
    return ErrorReasonRow.all(closed.getLocalPort());
  }

  @BeforeAll
  void driveAllRowsAtOnce() {
    for (ErrorReasonRow row : rows()) {
      String name = row.name();
      scene.addKey(name, "LTAI-" + name, "secret-of-" + name);
      for (int i = 1; i <= 3; i++) {
        workspace(row).maxPageSize(1).put(FakeSession.sql(name + "-" + i));
      }
    }
    String metronome = scene.sourceYaml("metronome", "workspaceId: " + METRONOME, "interval: 1s");
    scene.cloud.workspace(Scene.REGION, METRONOME);
    String all =
        Stream.concat(Stream.of(metronome), rows().stream().map(this::source))
            .collect(Collectors.joining("---\n"));
    scene.kubectl().runWithInput(all, "apply", "-f", "-");
    for (ErrorReasonRow row : rows()) {
      seen.put(row.name(), threads.submit(() -> drive(row)));
    }
  }

  @AfterAll
  void close() throws IOException {
    threads.shutdownNow();
    sources.close();
    scene.close();
    log.close();
    closed.close();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theSourceSaysWhatIsWrong(ErrorReasonRow row) throws Exception {
    Seen seen = seen(row);

    Condition ready = condition(seen.atFirst(), "Ready");
    assertThat(ready.getStatus()).isEqualTo("False");
    assertThat(ready.getReason()).isEqualTo(row.reason());
    assertThat(ready.getMessage()).contains(row.says());
    if (row.kind() != null) {
      assertThat(seen.failures())
          .extracting(FailureLog.Failure::kind)
          .isNotEmpty()
          .containsOnly(row.kind());
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theConditionsAreThoseOfKstatus(ErrorReasonRow row) throws Exception {
    Seen seen = seen(row);

    for (List<Condition> conditions : List.of(seen.atFirst(), seen.later())) {
      if (row.needsPerson()) {
        assertThat(types(conditions)).containsExactly("Ready");
      } else {
        assertThat(types(conditions)).containsExactly("Ready", "Reconciling");
        Condition reconciling = condition(conditions, "Reconciling");
        assertThat(reconciling.getStatus()).isEqualTo("True");
        assertThat(reconciling.getReason()).isEqualTo("ProgressingWithRetry");
      }
    }
    assertThat(types(seen.recovered())).containsExactly("Ready");
    assertThat(condition(seen.recovered(), "Ready").getReason()).isEqualTo("Succeeded");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theMessageIsTheSameFromPollToPollAndFreeOfIds(ErrorReasonRow row) throws Exception {
    Seen seen = seen(row);

    String message = condition(seen.atFirst(), "Ready").getMessage();
    assertThat(seen.later()).isEqualTo(seen.atFirst());
    assertThat(message)
        .doesNotContain("secret-of", "LTAI", ":" + scene.cloud.port(), ":" + closed.getLocalPort())
        .doesNotContainPattern("\\p{XDigit}{8}-\\p{XDigit}{4}-")
        .doesNotContainPattern("\\p{XDigit}{16}")
        .doesNotContainPattern("\\d{4}-\\d{2}-\\d{2}|\\d{2}:\\d{2}");
    assertThat(seen.failures())
        .extracting(FailureLog.Failure::requestId)
        .filteredOn(id -> !id.isEmpty())
        .allSatisfy(id -> assertThat(message).doesNotContain(id));
  }

  /** A poll may begin two listings, of which the cloud then sees each. */
  @ParameterizedTest
  @MethodSource("rows")
  void onlyWhatWillPassIsTriedAgainBeforeTheInterval(ErrorReasonRow row) throws Exception {
    Seen seen = seen(row);

    if (!row.triesAgain()) {
      assertThat(seen.polls()).isEqualTo(row.pollsUntilSaid());
      assertThat(seen.walks()).isEqualTo(row.pollsUntilSaid() * row.walks());
    } else {
      assertThat(seen.polls()).isGreaterThanOrEqualTo(3);
      if (row.fault() != null) {
        assertThat(seen.walks()).isGreaterThan(2 * row.walks());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void noMirrorIsTouched(ErrorReasonRow row) throws Exception {
    Seen seen = seen(row);

    assertThat(seen.mirrorsBefore()).hasSize(3);
    assertThat(seen.mirrorsAfter()).isEqualTo(seen.mirrorsBefore());
  }

  @Test
  void everyKindOfFailureHasARow() {
    Stream<Kind> missing =
        Arrays.stream(Kind.values())
            .filter(kind -> rows().stream().noneMatch(row -> row.kind() == kind));

    // These are not the workspace's: AmbientKeysIT and AssumeRoleIT have them; and the memory is
    // the process's, which HostileHeapIT has.
    assertThat(missing)
        .containsExactlyInAnyOrder(
            Kind.ROLE_DENIED, Kind.OIDC_TOKEN_REFUSED, Kind.KEY_SERVICE_FAILED, Kind.MEMORY_SHORT);
  }

  private Seen seen(ErrorReasonRow row) throws InterruptedException, ExecutionException {
    return Objects.requireNonNull(seen.get(row.name())).get();
  }

  private Seen drive(ErrorReasonRow row) {
    await(row, status -> is(status, "True"));
    Map<String, String> mirrors = mirrors(row);
    int walksBefore = walks(row);
    Faults.@Nullable ActiveFault fault = begin(row);
    for (int poll = 1; poll < row.pollsUntilSaid(); poll++) {
      String request = "unsaid-" + poll;
      request(row, request, null);
      await(row, status -> request.equals(status.lastHandledRequest()) && is(status, "True"));
    }
    if (row.fault() != null) {
      request(row, "first", null);
    }
    await(row, status -> is(status, "False") && "first".equals(status.lastHandledRequest()));
    List<Condition> first = conditions(row);
    int polls;
    int walks;
    if (!row.triesAgain()) {
      letThreePollsOfAnotherPass();
      polls = polls(row, walksBefore);
      walks = walks(row) - walksBefore;
      request(row, "second", null);
      await(row, status -> "second".equals(status.lastHandledRequest()));
    } else {
      // When the third has begun, the second has said what it had to say.
      patiently().until(() -> polls(row, walksBefore) >= 3);
      polls = polls(row, walksBefore);
      walks = walks(row) - walksBefore;
    }
    List<Condition> later = conditions(row);
    if (fault == null) {
      request(row, "first", scene.cloud.endpoint().toString());
    } else {
      fault.clear();
      if (!row.triesAgain()) {
        request(row, "third", null);
      }
    }
    await(row, status -> is(status, "True"));
    return new Seen(
        first,
        polls,
        walks,
        later,
        log.of(scene.namespace() + "/" + row.name()),
        conditions(row),
        mirrors,
        mirrors(row));
  }

  private Faults.@Nullable ActiveFault begin(ErrorReasonRow row) {
    if (row.fault() == null) {
      request(row, "first", row.endpoint().apply(scene));
      return null;
    }
    Faults.Scope scope = scene.cloud.faults().forWorkspace(workspace(row).workspaceId());
    return (row.page() == 0 ? scope : scope.onPage(row.page())).always(row.fault());
  }

  /** Polls since the fault began: those that failed, or listings, two a poll, if they are torn. */
  private int polls(ErrorReasonRow row, int walksBefore) {
    return row.kind() == null
        ? (walks(row) - walksBefore + 1) / row.walks()
        : log.of(scene.namespace() + "/" + row.name()).size();
  }

  private int walks(ErrorReasonRow row) {
    return scene.cloud.listings(workspace(row));
  }

  private void letThreePollsOfAnotherPass() {
    FakeWorkspace metronome = scene.cloud.workspace(Scene.REGION, METRONOME);
    int target = scene.cloud.listings(metronome) + 4;
    Scene.eventually().until(() -> scene.cloud.listings(metronome) >= target);
  }

  private FakeWorkspace workspace(ErrorReasonRow row) {
    return scene.cloud.workspace(Scene.REGION, "w-" + row.name());
  }

  private String source(ErrorReasonRow row) {
    return scene.sourceYaml(
        row.name(),
        "workspaceId: w-" + row.name(),
        "credentials: {secretRef: {name: " + row.name() + "}}",
        "interval: 1h",
        // Three torn listings that are further apart can be taken for how a workspace is.
        "transitionInterval: " + (row.kind() == null ? "1h" : "1s"),
        "timeout: " + (row.kind() == Kind.DEADLINE_EXCEEDED ? "2s" : "1m"));
  }

  /** Asks for a poll by the annotation, and names another endpoint, unless that is null. */
  private void request(ErrorReasonRow row, String request, @Nullable String endpoint) {
    String spec = endpoint == null ? "" : ",\"spec\":{\"endpoint\":\"" + endpoint + "\"}";
    String patch =
        "{\"metadata\":{\"annotations\":{\"sessionclusters.io/requested-at\":\"%s\"}}%s}"
            .formatted(request, spec);
    scene
        .admin()
        .resources(SessionClusterSource.class)
        .inNamespace(scene.namespace())
        .withName(row.name())
        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private Map<String, String> mirrors(ErrorReasonRow row) {
    return scene
        .admin()
        .resources(SessionCluster.class)
        .inNamespace(scene.namespace())
        .withLabel("sessionclusters.io/source", row.name())
        .list()
        .getItems()
        .stream()
        .collect(
            Collectors.toMap(
                mirror -> mirror.getMetadata().getName(),
                mirror ->
                    mirror.getMetadata().getUid() + " " + mirror.getMetadata().getResourceVersion(),
                (a, b) -> a,
                TreeMap::new));
  }

  private void await(ErrorReasonRow row, Predicate<SessionClusterSourceStatus> condition) {
    patiently().until(() -> condition.test(status(row)));
  }

  /** The row without an answer takes 20 seconds a poll. */
  private static ConditionFactory patiently() {
    return Scene.eventually().atMost(Duration.ofMinutes(2));
  }

  /** Of the generation that is there now; empty while it has none. */
  private SessionClusterSourceStatus status(ErrorReasonRow row) {
    SessionClusterSource source = sources.getStore().getByKey(scene.namespace() + "/" + row.name());
    return source == null
            || source.getStatus() == null
            || !Objects.equals(
                source.getStatus().observedGeneration(), source.getMetadata().getGeneration())
        ? SessionClusterSourceStatus.EMPTY
        : source.getStatus();
  }

  private List<Condition> conditions(ErrorReasonRow row) {
    return Objects.requireNonNull(status(row).conditions());
  }

  private static boolean is(SessionClusterSourceStatus status, String ready) {
    List<Condition> conditions = status.conditions();
    return conditions != null && condition(conditions, "Ready").getStatus().equals(ready);
  }

  private static Condition condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> c.getType().equals(type)).findFirst().orElseThrow();
  }

  private static List<String> types(List<Condition> conditions) {
    return conditions.stream().map(Condition::getType).toList();
  }

  private static Socket closedPort() {
    try {
      Socket socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
