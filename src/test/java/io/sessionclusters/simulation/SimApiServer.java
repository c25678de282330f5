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
package io.sessionclusters.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An API server in memory. Processes reach it by requests that take time and that {@link Faults}
 * befall; people change objects at once, by {@link #create}, {@link #edit} and {@link #delete}.
 * Whatever was ever stored is in {@link #history}.
 *
 * <p>It serves sources, mirrors, Secrets and events. Admission, RBAC and the schema of the CRDs it
 * has none: {@link Faults} refuse. A garbage collector is part of it.
 */
final class SimApiServer {

  /** After which a client gives an unanswered request up. */
  static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(10);

  /** What becomes of the objects that an object owns. */
  enum Propagation {
    BACKGROUND,
    FOREGROUND,
    ORPHAN
  }

  /** An earlier state of all objects. */
  record Snapshot(ObjectStore.State state) {}

  /**
   * An answer.
   *
   * @param retryAfter seconds, of the header; null without
   */
  record Answer(int code, @Nullable Integer retryAfter, String body) {}

  /**
   * A request that a process sent.
   *
   * @param at when it was sent
   * @param fault that befell it
   * @param done whether it reached the server and was carried out or refused by it
   * @param code of the server's answer; 0 where there was none
   */
  record Served(Duration at, ApiRequest request, Fault fault, boolean done, int code) {}

  /** Told of all changes, and of the loss of all watches. */
  interface Watcher {
    void changed(Change change);

    /** The server's watches break off; a new list is needed. */
    void cut();
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Kernel kernel;
  private final ObjectStore store;
  private final GarbageCollector collector;
  private final Set<Watcher> watchers = new LinkedHashSet<>();
  private final List<Served> served = new ArrayList<>();
  private Faults faults = Faults.NONE;
  private Duration shortest = Duration.ofMillis(1);
  private Duration longest = Duration.ofMillis(10);

  SimApiServer(Kernel kernel) {
    this.kernel = kernel;
    this.store = new ObjectStore(kernel, this::changed);
    this.collector = new GarbageCollector(kernel, store);
  }

  private void changed(Change change) {
    kernel.note(change::toString);
    List.copyOf(watchers).forEach(w -> w.changed(change));
    collector.changed(change);
  }

  // What tests and people do.

  /** Sets what befalls the requests that are sent from now on. */
  void faults(Faults now) {
    faults = now;
  }

  /** Sets how long a request, and again its answer, is on its way. */
  void latency(Duration least, Duration most) {
    shortest = least;
    longest = most;
  }

  /** How long a request or an answer is on its way. */
  Duration latency() {
    return kernel.between(shortest, longest);
  }

  GarbageCollector collector() {
    return collector;
  }

  /** What an older CRD drops before an object of that kind is stored. */
  void prunes(Kind kind, UnaryOperator<ObjectNode> drop) {
    store.prunes(kind, drop);
  }

  /** What the CRD gives a source that is created; null for no status. */
  void sourceStatus(@Nullable ObjectNode status) {
    store.sourceStatus(status);
  }

  /** All versions ever stored, by whomever, in order. */
  List<Change> history() {
    return store.history();
  }

  /** All requests of processes whose fate is known, in the order of their ends. */
  List<Served> served() {
    return served;
  }

  /** An object as it is; null if there is none. Must not be changed. */
  @Nullable ObjectNode find(Kind kind, String namespace, String name) {
    return store.find(kind, namespace, name);
  }

  /** All objects of a kind, by namespace and name. Must not be changed. */
  List<ObjectNode> all(Kind kind) {
    return store.all(kind);
  }

  /** All objects. Must not be changed. */
  List<ObjectNode> all() {
    return store.all();
  }

  /**
   * Creates an object of one of the {@link Kind}s; its {@code kind} and {@code metadata} say which.
   *
   * @throws ApiError if the server refuses
   */
  ObjectNode create(String by, ObjectNode object) {
    ObjectStore.Key key = ObjectStore.key(object);
    return store.create(by, key.kind(), key.namespace(), object, false);
  }

  /**
   * Changes an object but for its status.
   *
   * @throws ApiError if there is none
   */
  ObjectNode edit(
      String by, Kind kind, String namespace, String name, Consumer<ObjectNode> change) {
    ObjectNode object = store.get(kind, namespace, name).deepCopy();
    change.accept(object);
    return store.update(by, new ObjectStore.Key(kind, namespace, name), object);
  }

  /**
   * Changes the status of an object.
   *
   * @param change of the whole object, of which only the status counts
   * @throws ApiError if there is none
   */
  ObjectNode editStatus(
      String by, Kind kind, String namespace, String name, Consumer<ObjectNode> change) {
    ObjectNode object = store.get(kind, namespace, name).deepCopy();
    change.accept(object);
    return store.updateStatus(by, new ObjectStore.Key(kind, namespace, name), object);
  }

  /**
   * Deletes an object.
   *
   * @throws ApiError if there is none
   */
  void delete(String by, Kind kind, String namespace, String name, Propagation propagation) {
    store.delete(
        by, new ObjectStore.Key(kind, namespace, name), "", "", finalizer(propagation.name()));
  }

  private static @Nullable String finalizer(String policy) {
    return switch (policy.toUpperCase(java.util.Locale.ROOT)) {
      case "FOREGROUND" -> GarbageCollector.FOREGROUND;
      case "ORPHAN" -> GarbageCollector.ORPHAN;
      default -> null;
    };
  }

  Snapshot snapshot() {
    return new Snapshot(store.state());
  }

  /** Goes back to an earlier state; all watches break off. */
  void restore(Snapshot snapshot) {
    kernel.note(() -> "a backup is restored");
    store.restore(snapshot.state());
    List.copyOf(watchers).forEach(Watcher::cut);
    collector.sweepSoon();
  }

  // What processes do.

  void watch(Watcher watcher) {
    watchers.add(watcher);
  }

  void unwatch(Watcher watcher) {
    watchers.remove(watcher);
  }

  /** What befalls a request; to be asked once for each. */
  Fault fault(ApiRequest request) {
    return faults.of(request);
  }

  /**
   * Sends a request.
   *
   * @param whenDone run at the moment it has been carried out, before the answer leaves
   * @return the answer, or what the client sees in its place
   */
  CompletableFuture<Answer> send(ApiRequest request, Fault fault, Runnable whenDone) {
    CompletableFuture<Answer> future = new CompletableFuture<>();
    Duration sent = kernel.elapsed();
    Duration there = latency();
    Duration back = latency();
    switch (fault) {
      case Fault.None _ ->
          kernel.at(
              there,
              () -> {
                Answer answer = serve(sent, request, fault, whenDone);
                kernel.at(back, () -> future.complete(answer));
              });
      case Fault.AnswerLate late ->
          kernel.at(
              there,
              () -> {
                Answer answer = serve(sent, request, fault, whenDone);
                kernel.at(back.plus(late.by()), () -> future.complete(answer));
              });
      case Fault.Refused refused ->
          kernel.at(
              there.plus(back),
              () -> {
                whenDone.run();
                future.complete(refuse(sent, request, refused));
              });
      case Fault.LostBefore _ ->
          kernel.at(
              there.plus(back),
              () -> {
                lost(sent, request, fault);
                whenDone.run();
                future.completeExceptionally(reset());
              });
      case Fault.Broken broken -> {
        lost(sent, request, fault);
        whenDone.run();
        throw broken.thrown().get();
      }
      case Fault.AnswerLost _ ->
          kernel.at(
              there,
              () -> {
                serve(sent, request, fault, whenDone);
                kernel.at(back, () -> future.completeExceptionally(reset()));
              });
      case Fault.Unanswered unanswered -> {
        kernel.at(
            there,
            () -> {
              if (unanswered.done()) {
                serve(sent, request, fault, whenDone);
              } else {
                lost(sent, request, fault);
                whenDone.run();
              }
            });
        kernel.at(
            CLIENT_TIMEOUT,
            () -> future.completeExceptionally(new TimeoutException("no answer in time")));
      }
      case Fault.Hollow _ ->
          kernel.at(
              there.plus(back),
              () -> {
                lost(sent, request, fault);
                whenDone.run();
                future.complete(new Answer(200, null, "{}"));
              });
      case Fault.Html html ->
          kernel.at(
              there.plus(back),
              () -> {
                lost(sent, request, fault);
                whenDone.run();
                future.complete(new Answer(html.code(), null, "<html><body>gateway</body></html>"));
              });
    }
    return future;
  }

  /** Carries a request out, or refuses it, at once. */
  Answer answer(ApiRequest request, Fault fault) {
    return fault instanceof Fault.Refused refused
        ? refuse(kernel.elapsed(), request, refused)
        : serve(kernel.elapsed(), request, fault, () -> {});
  }

  private static IOException reset() {
    return new SocketException("Connection reset");
  }

  private void lost(Duration sent, ApiRequest request, Fault fault) {
    kernel.note(() -> request + " -> " + fault);
    served.add(new Served(sent, request, fault, false, 0));
  }

  private Answer refuse(Duration sent, ApiRequest request, Fault.Refused refused) {
    kernel.note(() -> request + " -> refused with " + refused.code());
    served.add(new Served(sent, request, refused, true, refused.code()));
    ApiError error =
        new ApiError(
            refused.code(), refused.reason(), refused.message(), request.kind(), request.name());
    return new Answer(
        refused.code(), refused.retryAfter(), text(error.status(refused.retryAfter())));
  }

  private Answer serve(Duration sent, ApiRequest request, Fault fault, Runnable whenDone) {
    Answer answer;
    try {
      ObjectNode result = carryOut(request);
      answer = new Answer(request.verb().equals("create") ? 201 : 200, null, text(result));
    } catch (ApiError e) {
      answer = new Answer(e.code(), null, text(e.status(null)));
    }
    int code = answer.code();
    kernel.note(() -> request + " -> " + code + (fault instanceof Fault.None ? "" : ", " + fault));
    served.add(new Served(sent, request, fault, true, code));
    whenDone.run();
    return answer;
  }

  private ObjectNode carryOut(ApiRequest request) {
    String by = request.actor();
    Kind kind = request.kind();
    if (request.verb().equals("create")) {
      return store.create(by, kind, request.namespace(), object(request), request.dryRun());
    }
    if (request.verb().equals("list")) {
      return JSON.createObjectNode(); // Whoever lists takes the objects themselves.
    }
    String name = Objects.requireNonNull(request.name());
    ObjectStore.Key key = new ObjectStore.Key(kind, request.namespace(), name);
    boolean status = request.subresource().equals("status");
    return switch (request.verb()) {
      case "get" -> store.get(kind, request.namespace(), name);
      case "update" ->
          status
              ? store.updateStatus(by, key, object(request))
              : store.update(by, key, object(request));
      case "patch" ->
          request.patchType().contains("json-patch")
              ? store.jsonPatch(by, key, status, read(request.body()))
              : store.mergePatch(by, key, status, object(request));
      case "delete" -> delete(by, key, request);
      default -> throw new ApiError(405, "MethodNotAllowed", "not served", null, null);
    };
  }

  private ObjectNode delete(String by, ObjectStore.Key key, ApiRequest request) {
    JsonNode options = read(request.body().isEmpty() ? "{}" : request.body());
    JsonNode preconditions = options.path("preconditions");
    ObjectNode marked =
        store.delete(
            by,
            key,
            preconditions.path("resourceVersion").asText(""),
            preconditions.path("uid").asText(""),
            finalizer(options.path("propagationPolicy").asText("")));
    if (marked != null) {
      return marked;
    }
    ObjectNode done = JSON.createObjectNode();
    done.put("kind", "Status").put("apiVersion", "v1").put("status", "Success");
    done.putObject("metadata");
    done.putObject("details").put("name", key.name()).put("kind", key.kind().plural());
    return done;
  }

  private ObjectNode object(ApiRequest request) {
    return (ObjectNode) read(request.body());
  }

  private JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ApiError(400, "BadRequest", "cannot be read", null, null);
    }
  }

  private String text(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
