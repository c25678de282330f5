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

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.sessionclusters.api.v1alpha1.SessionCluster;
import io.sessionclusters.api.v1alpha1.SessionClusterSource;
import io.sessionclusters.cloud.Credentials;
import io.sessionclusters.cloud.RateLimiter;
import io.sessionclusters.cloud.SecretValue;
import io.sessionclusters.cloud.emr.HttpSessionClusterLister;
import io.sessionclusters.cloud.http.AccountRateLimiter;
import io.sessionclusters.cloud.http.ClientSettings;
import io.sessionclusters.config.OperatorSettings;
import io.sessionclusters.mirror.MirrorItemStore;
import io.sessionclusters.source.PollMetrics;
import io.sessionclusters.source.ReconcilerFactory;
import io.sessionclusters.source.SourceReconciler;
import io.sessionclusters.source.SourceUpdateFilter;
import io.sessionclusters.time.TimeSource;
import io.sessionclusters.time.Timers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One operator's process, again and again: each {@link #start} is a new life with the real classes
 * from the reconciler down, and with nothing of the life before.
 */
final class SimProcess {

  /** What the names of all operators begin with in the history of the API server. */
  static final String ACTOR = "operator/";

  /** The framework goes on without an informer that has not synced by then. */
  private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(30);

  /** The operator's own access key. */
  static final Credentials OWN_KEY =
      new Credentials("AKIDSIM", new SecretValue("own-secret"), null);

  private final World world;
  private final Kernel kernel;
  private final String name;
  private final List<Throwable> thrown = new ArrayList<>();
  private Duration shortestLag = Duration.ofMillis(1);
  private Duration longestLag = Duration.ofMillis(30);
  private ClientSettings cloudSettings = ClientSettings.forHeap(Runtime.getRuntime().maxMemory());
  private Duration clockSkew = Duration.ZERO;
  private boolean leading = true;
  private final NavigableMap<Duration, Boolean> leads = new TreeMap<>(Map.of(Duration.ZERO, true));
  private int lives;
  private int lastRequests;
  private @Nullable Life life;

  SimProcess(World world, String name) {
    this.world = world;
    this.kernel = world.kernel();
    this.name = name;
  }

  World world() {
    return world;
  }

  String name() {
    return name;
  }

  /** As whom it acts. */
  String actor() {
    return ACTOR + name;
  }

  /** How often it was started. */
  int lives() {
    return lives;
  }

  boolean isAlive() {
    return life != null;
  }

  /** Requests of this life so far, or else of the last, to the API server and the cloud. */
  int requests() {
    return life == null ? lastRequests : life.requests;
  }

  /** Waits by the time of this life. */
  Timers timers() {
    return living().threads;
  }

  /** What reconciles threw, over all lives; nothing is right but an empty list. */
  List<Throwable> thrown() {
    return thrown;
  }

  /** Reconciles under way. */
  int reconciles() {
    return life == null || life.queue == null ? 0 : life.queue.running();
  }

  /** What {@code /livez} would say; empty if all is well. */
  Optional<String> stuck() {
    return life == null || life.reconciler == null ? Optional.empty() : life.reconciler.stuck();
  }

  /** Sets how long after a change its watches show it. */
  void watchLag(Duration least, Duration most) {
    shortestLag = least;
    longestLag = most;
  }

  /** Sets by how much the wall clock of its next life's machine is ahead of the others. */
  void clockSkew(Duration now) {
    clockSkew = now;
  }

  Duration watchLag() {
    return kernel.between(shortestLag, longestLag);
  }

  /** Sets the page size and bounds of its next life. */
  void cloudSettings(ClientSettings now) {
    cloudSettings = now;
  }

  /** Whether it may write. One that begins to lead takes up its work. */
  void lead(boolean now) {
    leading = now;
    leads.put(kernel.elapsed(), now);
    kernel.note(() -> actor() + (now ? " leads" : " leads no more"));
    if (life != null) {
      life.workIfReady();
      if (now && life.reconciler != null) {
        life.reconciler.lead();
      }
    }
  }

  /** Whether it led at any moment of a time. */
  boolean ledBetween(Duration from, Duration to) {
    Map.Entry<Duration, Boolean> then = leads.floorEntry(from);
    return (then != null && then.getValue())
        || leads.subMap(from, true, to, true).containsValue(true);
  }

  boolean isLeading() {
    return leading;
  }

  /** Begins a life. */
  void start() {
    if (life != null) {
      throw new IllegalStateException(name + " is running");
    }
    lives++;
    kernel.note(() -> actor() + " starts");
    life = new Life();
    life.begin();
  }

  /** Ends at once: nothing of it is done any more. What it has sent may still be carried out. */
  void kill() {
    Life ending = living();
    kernel.note(() -> actor() + " is killed");
    life = null;
    lastRequests = ending.requests;
    ending.end();
  }

  /** As by SIGSTOP or a garbage collection: nothing of it runs, while time goes on. */
  void pause() {
    kernel.note(() -> actor() + " is paused");
    living().threads.pause();
  }

  void resume() {
    kernel.note(() -> actor() + " goes on");
    living().threads.resume();
  }

  /** Its watches show nothing new until {@link #resumeWatches}. */
  void stallWatches() {
    living().feeds.forEach(Feed::stall);
  }

  /** The watch of one kind shows nothing new until {@link #resumeWatches}; the others go on. */
  void stallWatches(Kind kind) {
    living().feeds.stream().filter(feed -> feed.kind() == kind).forEach(Feed::stall);
  }

  void resumeWatches() {
    if (life != null) {
      life.feeds.forEach(Feed::resume);
    }
  }

  /** Its watches are answered 410 Gone: it lists anew. */
  void cutWatches() {
    living().feeds.forEach(Feed::cut);
  }

  /** A reconcile threw something. */
  void threw(Throwable t) {
    kernel.note(() -> actor() + " threw " + t);
    thrown.add(t);
  }

  private Life living() {
    if (life == null) {
      throw new IllegalStateException(name + " is not running");
    }
    return life;
  }

  /** An informer's list, until the server answers; null if it did well. */
  SimApiServer.@Nullable Answer list(Kind kind) throws InterruptedException {
    return living().list(kind);
  }

  /** What a request has before it: its number, and what is planned for it. */
  record Numbered(int number, Boundary.@Nullable Act act) {}

  /**
   * Numbers a request that one of the process's threads sends. Does not return if the process was
   * planned to end before it.
   */
  Numbered number(String what) {
    return living().number(what);
  }

  /** Ends the process as planned. On one of its own threads: does not return. */
  void killedBy(Duration restartAfter) {
    Life ending = life;
    if (ending != null) {
      kill();
      kernel.at(
          restartAfter,
          () -> {
            if (life == null) {
              start();
            }
          });
    }
  }

  private final class Life {

    private final SimThreads threads = new SimThreads(kernel, name + lives);
    private final PooledClient pooled = PooledClient.take();
    private final Map<String, SessionClusterSource> sources = new LinkedHashMap<>();
    private final List<Feed> feeds = new ArrayList<>();
    private final Random jitter = new Random(kernel.random().nextLong());
    private @Nullable SourceReconciler reconciler;
    private @Nullable WorkQueue queue;
    private boolean ready;
    private int requests;

    void begin() {
      pooled.connect(new ProcessExchange(SimProcess.this, threads));
      threads.start("main", this::run);
    }

    void end() {
      threads.kill();
      feeds.forEach(Feed::close);
      pooled.release();
    }

    private void run() {
      OperatorSettings settings = world.settings();
      Clock wall = Clock.offset(kernel.wall(), clockSkew);
      RateLimiter limiter =
          new AccountRateLimiter(
              settings.limits().requestsPerSecond(),
              settings.limits().requestBurst(),
              threads,
              jitter::nextDouble);
      var lister =
          new HttpSessionClusterLister(
              cloudSettings,
              new BoundaryTransport(
                  SimProcess.this, threads, world.cloud().connect(SimProcess.this)),
              wall,
              threads,
              limiter);
      KubernetesClient client = pooled.client();
      SourceReconciler made =
          ReconcilerFactory.create(
              client,
              new ReconcilerFactory.CloudAccess(lister, limiter, world.ambient()),
              new ReconcilerFactory.OperatorContext(settings, new PollMetrics() {}, () -> leading),
              TimeSource.of(wall, threads, jitter::nextDouble));
      reconciler = made;
      made.lookUpSourcesIn(id -> Optional.ofNullable(sources.get(key(id))));
      WorkQueue work = new WorkQueue(SimProcess.this, threads, this::reconcile);
      queue = work;
      made.timer().setEventHandler(work);
      made.timer().start();
      KubernetesSerialization json = client.getKubernetesSerialization();
      feeds.add(
          new Feed(
              SimProcess.this,
              threads,
              Kind.MIRROR,
              new MirrorSink(new MirrorItemStore(made.store(), null), json)));
      feeds.add(new Feed(SimProcess.this, threads, Kind.SOURCE, new SourceSink(json)));
      feeds.forEach(Feed::start);
      awaitSync();
      ready = true;
      workIfReady();
    }

    private void awaitSync() {
      long end = threads.nanoTime() + SYNC_TIMEOUT.toNanos();
      try {
        while (!feeds.stream().allMatch(Feed::isSynced) && threads.nanoTime() < end) {
          threads.sleep(Duration.ofMillis(10));
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the main thread", e);
      }
    }

    void workIfReady() {
      if (ready && leading && queue != null) {
        queue.start();
      }
    }

    private boolean reconcile(ResourceID id) throws InterruptedException {
      SessionClusterSource source = sources.get(key(id));
      if (source == null) {
        return false;
      }
      if (source.isMarkedForDeletion()) {
        // The framework runs a reconciler that cleans nothing up for no such source.
        return true;
      }
      Objects.requireNonNull(reconciler).reconcile(source);
      return true;
    }

    SimApiServer.@Nullable Answer list(Kind kind) throws InterruptedException {
      Numbered numbered = number("list " + kind.plural());
      ApiRequest request =
          new ApiRequest(actor(), numbered.number(), "list", kind, "", null, "", false, "", "", "");
      return new ProcessExchange(SimProcess.this, threads).list(request, numbered.act());
    }

    Numbered number(String what) {
      int number = ++requests;
      Boundary.Act act = null;
      for (Boundary boundary : List.copyOf(world.boundaries())) {
        if (!boundary.process().equals(name) || boundary.life() != lives) {
          continue;
        }
        if (boundary.act() instanceof Boundary.Stale(int since, Duration rest)) {
          if (number == Math.max(1, boundary.number() - since)) {
            kernel.note(() -> actor() + " sees nothing new");
            feeds.forEach(Feed::stall);
          }
          if (number == boundary.number()) {
            world.reached(boundary);
            kernel.at(rest, () -> feeds.forEach(Feed::resume));
          }
        } else if (number == boundary.number()) {
          world.reached(boundary);
          act = boundary.act();
        }
      }
      if (act instanceof Boundary.LoseLease(Duration endsAfter, Duration restartAfter)) {
        loseLease(endsAfter, restartAfter);
      }
      if (act instanceof Boundary.KillBefore(Duration restartAfter)) {
        kernel.note(() -> actor() + " #" + number + " is not sent: " + what);
        killedBy(restartAfter);
        threads.killFromWithin();
      }
      return new Numbered(number, act);
    }

    private void loseLease(Duration endsAfter, Duration restartAfter) {
      lead(false);
      kernel.at(
          endsAfter,
          () -> {
            if (Life.this == life) {
              leading = true;
              leads.put(kernel.elapsed().plus(restartAfter), true);
              killedBy(restartAfter);
            }
          });
    }

    private final class SourceSink implements Feed.Sink {
      private final KubernetesSerialization json;

      SourceSink(KubernetesSerialization json) {
        this.json = json;
      }

      @Override
      public void put(ObjectNode object) {
        SessionClusterSource now = json.convertValue(object, SessionClusterSource.class);
        SessionClusterSource before = sources.put(Cache.metaNamespaceKeyFunc(now), now);
        boolean same =
            before != null
                && Objects.equals(
                    before.getMetadata().getResourceVersion(),
                    now.getMetadata().getResourceVersion());
        if (before != null) {
          Objects.requireNonNull(reconciler).timer().onResourceUpdated(now, before);
        }
        if (before == null || (!same && SourceUpdateFilter.askForPoll(now, before))) {
          tell(now);
        }
      }

      @Override
      public void remove(String namespace, String name) {
        gone(namespace + "/" + name);
      }

      @Override
      public void retain(List<ObjectNode> listed) {
        Set<String> gone = new HashSet<>(sources.keySet());
        listed.forEach(o -> gone.remove(keyOf(o)));
        gone.stream().sorted().forEach(this::gone);
      }

      private void gone(String key) {
        SessionClusterSource last = sources.remove(key);
        if (last != null) {
          Objects.requireNonNull(reconciler).timer().onResourceDeleted(last);
          tell(last);
        }
      }

      private void tell(SessionClusterSource source) {
        Objects.requireNonNull(queue).handleEvent(new Event(ResourceID.fromResource(source)));
      }
    }
  }

  private static String key(ResourceID id) {
    return id.getNamespace().orElse("") + "/" + id.getName();
  }

  private static String keyOf(ObjectNode object) {
    ObjectStore.Key key = ObjectStore.key(object);
    return key.namespace() + "/" + key.name();
  }

  private record MirrorSink(MirrorItemStore store, KubernetesSerialization json)
      implements Feed.Sink {

    @Override
    public void put(ObjectNode object) {
      SessionCluster mirror = json.convertValue(object, SessionCluster.class);
      store.put(store.getKey(mirror), mirror);
    }

    @Override
    public void remove(String namespace, String name) {
      store.remove(namespace + "/" + name);
    }

    @Override
    public void retain(List<ObjectNode> listed) {
      Set<String> gone = new HashSet<>(store.keySet().toList());
      listed.forEach(o -> gone.remove(keyOf(o)));
      gone.stream().sorted().forEach(store::remove);
    }
  }
}
