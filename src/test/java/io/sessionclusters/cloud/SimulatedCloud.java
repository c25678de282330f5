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
package io.sessionclusters.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cloud in memory that changes while it is listed: pages by offset over the live list, so that
 * sessions move between pages, counts that may lie, pages that fail. The pages go through the
 * client's own {@link PageWalk}; HTTP is left out, so that a hundred thousand histories take
 * minutes.
 */
public final class SimulatedCloud implements SessionClusterLister {

  /** What {@code totalCount} says. */
  public enum Count {
    HONEST,
    ABSENT,
    ONE_TOO_MANY,
    WHOLE_WORKSPACE,
    RANDOM
  }

  private static final List<String> STATES = List.of("Running", "Starting", "Stopped", "Error");
  private static final List<String> KINDS = List.of("SQL", "THRIFT");
  private static final CloudError UNAVAILABLE =
      new CloudError(CloudError.Kind.SERVICE_FAILED, "", 503, "it fails", "", null);

  private final RandomGenerator random;
  private final int pageSize;
  private final int ids;
  private final List<CloudSession> sessions = new ArrayList<>();
  private final Map<String, Integer> absentSince = new HashMap<>();
  private Count count = Count.HONEST;
  private boolean quiet;
  private int clock;

  public SimulatedCloud(RandomGenerator random, int pageSize, int ids) {
    this.random = random;
    this.pageSize = pageSize;
    this.ids = ids;
  }

  public void count(Count now) {
    count = now;
  }

  public Count count() {
    return count;
  }

  /** From now on nothing changes and nothing fails. */
  public void calmDown() {
    quiet = true;
  }

  /** A time that moves with every page. */
  public int clock() {
    return clock;
  }

  /** The ids of the sessions of that kind; of all kinds for null. */
  public Set<String> ids(@Nullable String kind) {
    return sessions.stream()
        .filter(s -> kind == null || kind.equals(s.kind()))
        .map(CloudSession::sessionClusterId)
        .collect(Collectors.toSet());
  }

  /** State by id. */
  public Map<String, @Nullable String> states(@Nullable String kind) {
    Map<String, @Nullable String> states = new HashMap<>();
    sessions.stream()
        .filter(s -> kind == null || kind.equals(s.kind()))
        .forEach(s -> states.put(s.sessionClusterId(), s.state()));
    return states;
  }

  /** Whether a session was missing at some time since, and if only for a moment. */
  public boolean wasAbsentSince(String id, int time) {
    return sessions.stream().noneMatch(s -> s.sessionClusterId().equals(id))
        || absentSince.getOrDefault(id, Integer.MIN_VALUE) >= time;
  }

  /** Lets something happen, or not. */
  public void change() {
    clock++;
    if (quiet) {
      return;
    }
    for (int n = random.nextInt(3); n > 0; n--) {
      String id = "sc-" + random.nextInt(ids);
      int at = indexOf(id);
      if (at < 0) {
        sessions.add(random.nextInt(sessions.size() + 1), session(id));
      } else if (random.nextInt(3) == 0) {
        sessions.remove(at);
      } else if (random.nextBoolean()) {
        CloudSession moved = sessions.remove(at);
        sessions.add(random.nextInt(sessions.size() + 1), moved);
      } else {
        sessions.set(at, session(id));
      }
    }
    noteAbsences();
  }

  /** A loss that the guard has to stop. */
  public void loseMost() {
    sessions.removeIf(s -> random.nextInt(5) > 0);
    noteAbsences();
  }

  @Override
  public Listing list(ListQuery query, Credentials credentials, Duration timeout) {
    PageWalk walk = new PageWalk(1000, 1_000_000);
    int offset = 0;
    do {
      change();
      if (!quiet && random.nextInt(25) == 0) {
        return new Listing.Failed(UNAVAILABLE);
      }
      List<CloudSession> matching = sessions.stream().filter(s -> matches(s, query)).toList();
      List<CloudSession> page =
          matching.subList(
              Math.min(offset, matching.size()), Math.min(offset + pageSize, matching.size()));
      offset += pageSize;
      String token = offset < matching.size() ? "after-" + offset : "";
      CloudError error =
          walk.add(new Answer.Page(page, 0, false, true, token, total(matching.size()), "request"));
      if (error != null) {
        return new Listing.Failed(error);
      }
    } while (!walk.atEnd());
    return walk.listing();
  }

  private @Nullable Long total(int matching) {
    return switch (count) {
      case HONEST -> (long) matching;
      case ABSENT -> null;
      case ONE_TOO_MANY -> matching + 1L;
      case WHOLE_WORKSPACE -> (long) sessions.size();
      case RANDOM -> (long) random.nextInt(ids + 2);
    };
  }

  private static boolean matches(CloudSession session, ListQuery query) {
    return (query.kind() == null || query.kind().equals(session.kind()))
        && (query.sessionClusterId() == null
            || query.sessionClusterId().equals(session.sessionClusterId()));
  }

  /** A session keeps its kind for life, as in the cloud. */
  private CloudSession session(String id) {
    String kind = KINDS.get(id.hashCode() & 1);
    String state = STATES.get(random.nextInt(STATES.size()));
    return new CloudSession(
        "w-1",
        id,
        null,
        null,
        "name " + random.nextInt(3),
        kind,
        null,
        state,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private int indexOf(String id) {
    for (int i = 0; i < sessions.size(); i++) {
      if (sessions.get(i).sessionClusterId().equals(id)) {
        return i;
      }
    }
    return -1;
  }

  private void noteAbsences() {
    for (int i = 0; i < ids; i++) {
      if (indexOf("sc-" + i) < 0) {
        absentSince.put("sc-" + i, clock);
      }
    }
  }
}
